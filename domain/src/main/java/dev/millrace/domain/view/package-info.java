/// The port through which materialized views are read, and the positions they answer with.
@NullMarked
package dev.millrace.domain.view;

import org.jspecify.annotations.NullMarked;
