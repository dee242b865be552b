/// The life of a task: commands and reports in, events out, decided by pure functions.
@NullMarked
package dev.millrace.domain.task;

import org.jspecify.annotations.NullMarked;
