/// Tests of `dev.millrace.bench.ingest`.
@NullMarked
package dev.millrace.bench.ingest;

import org.jspecify.annotations.NullMarked;
