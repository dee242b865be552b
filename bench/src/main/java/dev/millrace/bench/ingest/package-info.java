/// How fast documents become searchable, beside the ceilings of the same machine.
@NullMarked
package dev.millrace.bench.ingest;

import org.jspecify.annotations.NullMarked;
