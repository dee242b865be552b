/// Tests of `dev.millrace.bench.text`.
@NullMarked
package dev.millrace.bench.text;

import org.jspecify.annotations.NullMarked;
