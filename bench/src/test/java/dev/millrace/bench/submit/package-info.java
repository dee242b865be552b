/// Tests of `dev.millrace.bench.submit`.
@NullMarked
package dev.millrace.bench.submit;

import org.jspecify.annotations.NullMarked;
