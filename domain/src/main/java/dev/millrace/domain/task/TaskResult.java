package dev.millrace.domain.task;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Message;

/// The output of a task that succeeded. On the wire: `task-result.avsc`, keyed by task.
///
/// @param output a JSON object in the kind's own shape
public record TaskResult(TaskId task, int attempt, Content output) implements Message {
    @Override
    public String type() {
        return "dev.millrace.task.result";
    }
}
