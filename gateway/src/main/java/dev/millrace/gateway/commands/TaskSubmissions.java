package dev.millrace.gateway.commands;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Publishes commands and learns what was decided, and how tasks end.
///
/// Safe for use by many threads; calls do not block, where nothing else is said. A stage fails with
/// [SubmissionsUnavailable] when no outcome came in time: the command may still be decided, so
/// repeating it under the same task id is safe, and a fresh id is not.
public interface TaskSubmissions {

    /// The one outcome of a command, once it is committed.
    CompletionStage<Outcome> submit(Envelope<TaskCommand> command);

    /// The outcomes of commands, one each. What follows a command that cannot be sent is not sent
    /// either.
    List<CompletionStage<Outcome>> submitAll(List<Envelope<TaskCommand>> commands);

    /// Which commands of [#submitAll] are decided in the order in which they stand there. May wait
    /// a while for the brokers: to be asked for once, not for each command.
    ///
    /// @return empty if the brokers do not say
    Optional<DecisionOrder> decisionOrder();

    /// Waits for a task of the tenant to end from now on: an end that came before is not seen. To
    /// miss none, begin to wait, and only then submit, or look whether it has ended.
    ///
    /// @return fails with [SubmissionsUnavailable] if nobody can wait just now (at once, if so many
    ///   wait already), and with [java.util.concurrent.TimeoutException] when the time is up;
    ///   whoever gives up before cancels it
    CompletableFuture<TaskEnd> awaitEnd(String tenant, TaskId task, Duration atMost);
}
