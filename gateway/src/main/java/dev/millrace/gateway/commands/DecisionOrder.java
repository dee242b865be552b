package dev.millrace.gateway.commands;

import dev.millrace.domain.task.TaskId;

/// Which commands that are submitted together are decided in the order in which they stand there.
/// Safe for use by many threads; asks nobody.
@FunctionalInterface
public interface DecisionOrder {

    /// Whether what speaks of these two tasks is decided in its order.
    boolean isKept(TaskId one, TaskId other);
}
