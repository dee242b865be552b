/// Does tasks: what a worker of any kind is written against, and what hands it the work.
@NullMarked
package dev.millrace.inference.work;

import org.jspecify.annotations.NullMarked;
