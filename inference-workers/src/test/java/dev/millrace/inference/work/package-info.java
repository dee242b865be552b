/// Tests of what hands out work and what does it.
@NullMarked
package dev.millrace.inference.work;

import org.jspecify.annotations.NullMarked;
