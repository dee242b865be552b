/// How long a site takes to start, and what it needs.
@NullMarked
package dev.millrace.bench.start;

import org.jspecify.annotations.NullMarked;
