/// The kinds of task that every site's workers do.
@NullMarked
package dev.millrace.inference.kinds;

import org.jspecify.annotations.NullMarked;
