/// Tests of `dev.millrace.bench.load`.
@NullMarked
package dev.millrace.bench.load;

import org.jspecify.annotations.NullMarked;
