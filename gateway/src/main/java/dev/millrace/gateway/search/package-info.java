/// Passages out.
@NullMarked
package dev.millrace.gateway.search;

import org.jspecify.annotations.NullMarked;
