/// Serves the materialized views from the stores that are folded from the log.
@NullMarked
package dev.millrace.streams.views;

import org.jspecify.annotations.NullMarked;
