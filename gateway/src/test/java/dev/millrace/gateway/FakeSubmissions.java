package dev.millrace.gateway;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.Cause;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskDecider;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.view.Position;
import dev.millrace.gateway.commands.Outcome;
import dev.millrace.gateway.commands.TaskSubmissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Decides commands as `decide` does, in memory.
final class FakeSubmissions implements TaskSubmissions {

    private final TaskDecider decider = new TaskDecider();
    private final Map<TaskId, TaskState> states = new HashMap<>();
    private final List<Envelope<TaskCommand>> commands = new ArrayList<>();
    private @Nullable Throwable failure;

    @Override
    public synchronized CompletionStage<Outcome> submit(Envelope<TaskCommand> envelope) {
        if (failure != null) {
            return CompletableFuture.failedStage(failure);
        }
        commands.add(envelope);
        var command = envelope.messageOrNull();
        if (command == null) {
            throw new IllegalStateException("a sealed command");
        }
        var before = states.get(command.task());
        var event = decider.decide(before, command, new Cause(envelope.id(), envelope.time()));
        states.put(command.task(), TaskDecider.evolve(before, event));
        var position = Position.at("millrace.task-events", 1, commands.size());
        return CompletableFuture.completedStage(
                event instanceof TaskEvent.Refused refused
                        ? new Outcome.Refused(position, refused.reason(), refused.detail())
                        : new Outcome.Accepted(position));
    }

    synchronized void failWith(Throwable cause) {
        failure = cause;
    }

    synchronized Envelope<TaskCommand> last() {
        return commands.getLast();
    }

    synchronized TaskCommand.Submit lastSubmit() {
        if (last().messageOrNull() instanceof TaskCommand.Submit submit) {
            return submit;
        }
        throw new IllegalStateException("the last command is no submission");
    }

    synchronized int count() {
        return commands.size();
    }
}
