/// Tests of the embedding worker.
@NullMarked
package dev.millrace.inference.worker;

import org.jspecify.annotations.NullMarked;
