/// Tests of `dev.millrace.bench.capacity`.
@NullMarked
package dev.millrace.bench.capacity;

import org.jspecify.annotations.NullMarked;
