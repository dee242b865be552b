/// Makes views again from the log, beside the live ones, and holds the two against each other.
@NullMarked
package dev.millrace.streams.replay;

import org.jspecify.annotations.NullMarked;
