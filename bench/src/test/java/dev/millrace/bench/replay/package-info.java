/// Tests of `dev.millrace.bench.replay`.
@NullMarked
package dev.millrace.bench.replay;

import org.jspecify.annotations.NullMarked;
