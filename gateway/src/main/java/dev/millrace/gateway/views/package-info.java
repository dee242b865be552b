/// Materialized views out.
@NullMarked
package dev.millrace.gateway.views;

import org.jspecify.annotations.NullMarked;
