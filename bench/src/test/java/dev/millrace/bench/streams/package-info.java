/// Tests of `dev.millrace.bench.streams`.
@NullMarked
package dev.millrace.bench.streams;

import org.jspecify.annotations.NullMarked;
