/// Reads the log back: the port through which history is shown and replayed.
@NullMarked
package dev.millrace.streams.log;

import org.jspecify.annotations.NullMarked;
