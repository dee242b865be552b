/// Tests of `dev.millrace.bench.reads`.
@NullMarked
package dev.millrace.bench.reads;

import org.jspecify.annotations.NullMarked;
