package dev.millrace.gateway.commands;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.TaskCommand;
import java.util.concurrent.CompletionStage;

/// Publishes commands and learns what was decided.
///
/// Safe for use by many threads; calls never block. A stage fails with [SubmissionsUnavailable] when
/// no outcome came in time: the command may still be decided, so repeating it under the same task id
/// is safe, and a fresh id is not.
public interface TaskSubmissions {

    /// The one outcome of a command, once it is committed.
    CompletionStage<Outcome> submit(Envelope<TaskCommand> command);
}
