package dev.millrace.streams.simulation.check;

import dev.millrace.domain.event.DerivedId;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskEvent.Reason;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState.Stage;
import dev.millrace.streams.simulation.Seams;
import dev.millrace.streams.simulation.log.LogRecord;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The commands that `decide` did not write, because it decided on them in the step that they
/// follow from: told anew from the events of that step, and known by the ids that they would have.
///
/// @param steps of each task so far
record Implied(Map<TaskId, List<Step>> steps) {

    /// What an event follows from.
    ///
    /// @param input that all of the step follows from
    /// @param before what came of it before
    /// @return null if the event follows from none of that
    @Nullable LogRecord cause(LogRecord event, LogRecord input, List<Step> before) {
        var id = Objects.requireNonNull(event.envelope().causation());
        if (id.equals(input.envelope().id())) {
            return input;
        }
        var task = TaskId.parse(event.key());
        for (var step : before) {
            var command = command(step, task, id, input);
            if (command != null) {
                return new LogRecord(
                        input.place(),
                        input.timestamp(),
                        event.key(),
                        Seams.with(input.envelope(), command),
                        event.author(),
                        input.place(),
                        event.transaction());
            }
        }
        return null;
    }

    private @Nullable TaskCommand command(Step step, TaskId task, UUID id, LogRecord input) {
        var other = step.event().task();
        if (id.equals(id(step, "settle-" + task, input))) {
            return settle(task, other, end(step.event()));
        }
        if (step.input() instanceof TaskCommand.Watch && id.equals(id(step, "settle", input))) {
            boolean isKnown =
                    step.event() instanceof TaskEvent.Refused refused
                            && refused.reason() != Reason.UNKNOWN_TASK;
            return settle(task, other, isKnown ? end(other) : Stage.ABSENT);
        }
        if (step.event() instanceof TaskEvent.Submitted submitted) {
            int index = submitted.after().indexOf(task);
            if (index >= 0 && id.equals(id(step, "watch-" + index, input))) {
                return new TaskCommand.Watch(task, other, index);
            }
        }
        return null;
    }

    private static UUID id(Step step, String ordinal, LogRecord input) {
        var at = input.place();
        return DerivedId.of(
                "decide",
                Objects.requireNonNull(step.record().envelope().causation()).toString(),
                "%s-%d@%d".formatted(at.topic(), at.partition(), at.offset()),
                ordinal);
    }

    private TaskCommand settle(TaskId task, TaskId dependency, Stage end) {
        int index =
                events(task)
                        .filter(TaskEvent.Submitted.class::isInstance)
                        .mapToInt(
                                event -> ((TaskEvent.Submitted) event).after().indexOf(dependency))
                        .findFirst()
                        .orElse(-1);
        return new TaskCommand.Settle(task, dependency, index, end, null);
    }

    private Stage end(TaskId task) {
        return events(task)
                .map(Implied::end)
                .filter(Stage::isEnded)
                .findFirst()
                .orElse(Stage.ABSENT);
    }

    private Stream<TaskEvent> events(TaskId task) {
        return steps.getOrDefault(task, List.of()).stream().map(Step::event);
    }

    private static Stage end(TaskEvent event) {
        return switch (event) {
            case TaskEvent.Succeeded _ -> Stage.SUCCEEDED;
            case TaskEvent.Failed _ -> Stage.FAILED;
            case TaskEvent.Cancelled _ -> Stage.CANCELLED;
            case TaskEvent.Expired _ -> Stage.EXPIRED;
            default -> Stage.ABSENT;
        };
    }
}
