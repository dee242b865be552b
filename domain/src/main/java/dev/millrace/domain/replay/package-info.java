/// Replays of the log: views of the past, and proof that the views of today follow from the log.
@NullMarked
package dev.millrace.domain.replay;

import org.jspecify.annotations.NullMarked;
