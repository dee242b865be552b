/// What differs in a view between two moments.
@NullMarked
package dev.millrace.gateway.diff;

import org.jspecify.annotations.NullMarked;
