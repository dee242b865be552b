/// Holds the built-in kinds to what they promise.
@NullMarked
package dev.millrace.inference.kinds;

import org.jspecify.annotations.NullMarked;
