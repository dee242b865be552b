package dev.millrace.streams.simulation.check;

import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskEvent.Reason;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState;
import dev.millrace.streams.decide.HostedDecide.Place;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Holds the history to [Rule#TRUE_ENDS].
final class DependencyRules {

    private final Map<Asked, Step> causes = new HashMap<>();
    private final Map<TaskId, List<Step>> steps;
    private final Findings findings;

    DependencyRules(History history, Findings findings) {
        this.steps = history.steps();
        this.findings = findings;
        steps.values()
                .forEach(of ->
                        of.forEach(step ->
                                causes.put(
                                        new Asked(step.cause().place(), step.event().task()),
                                        step)));
    }

    void look(Step step) {
        if (step.input() instanceof TaskCommand.Settle settle) {
            boolean isTold =
                    !(step.event() instanceof TaskEvent.DependencyEnded ended)
                            || (ended.dependency().equals(settle.dependency())
                                    && ended.index() == settle.index()
                                    && ended.end() == settle.end());
            findings.require(isTold && isTrue(settle, step), Rule.TRUE_ENDS, settle.task(), step);
        }
    }

    private boolean isTrue(TaskCommand.Settle settle, Step step) {
        if (settle.end() != TaskState.Stage.ABSENT) {
            return steps.getOrDefault(settle.dependency(), List.of()).stream()
                    .anyMatch(one -> isEnd(one.event(), settle.end()));
        }
        // Nobody knew of such a task when the one that waits asked for it.
        var place = Objects.requireNonNull(step.cause().cause());
        var asked = causes.get(new Asked(place, settle.dependency()));
        return asked != null
                && asked.event() instanceof TaskEvent.Refused refused
                && refused.reason() == Reason.UNKNOWN_TASK;
    }

    private static boolean isEnd(TaskEvent event, TaskState.Stage end) {
        return switch (event) {
            case TaskEvent.Succeeded _ -> end == TaskState.Stage.SUCCEEDED;
            case TaskEvent.Failed _ -> end == TaskState.Stage.FAILED;
            case TaskEvent.Cancelled _ -> end == TaskState.Stage.CANCELLED;
            case TaskEvent.Expired _ -> end == TaskState.Stage.EXPIRED;
            default -> false;
        };
    }

    /// What was asked of a task by what stands at a place.
    private record Asked(Place place, TaskId task) {}
}
