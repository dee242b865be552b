package dev.millrace.streams.simulation.check;

import dev.millrace.domain.task.TaskId;
import org.jspecify.annotations.Nullable;

/// Something that must not be.
///
/// @param task null if it is no single task's
public record Violation(Rule rule, @Nullable TaskId task, String what) {
    @Override
    public String toString() {
        return "%s: %s (task %s)".formatted(rule, what, task);
    }
}
