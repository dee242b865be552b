/// Turns commands and reports into what happened: the one writer of `task-events`.
@NullMarked
package dev.millrace.streams.decide;

import org.jspecify.annotations.NullMarked;
