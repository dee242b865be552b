/// Tests of `dev.millrace.bench.tasks`.
@NullMarked
package dev.millrace.bench.tasks;

import org.jspecify.annotations.NullMarked;
