/// Tests of `dev.millrace.bench.site`.
@NullMarked
package dev.millrace.bench.site;

import org.jspecify.annotations.NullMarked;
