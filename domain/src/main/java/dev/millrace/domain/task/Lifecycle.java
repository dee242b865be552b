package dev.millrace.domain.task;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;

import dev.millrace.domain.task.TaskState.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What may follow what in the life of a task: the table that the tests hold [TaskDecider] to, and
/// that the diagram in the documentation is drawn from.
///
/// ```mermaid
/// stateDiagram-v2
///     [*] --> queued: submitted
///     [*] --> waiting: submitted
///     queued --> cancelled: cancelled
///     queued --> expired: expired
///     queued --> failed: failed
///     queued --> queued: queued, watched
///     queued --> running: started, lease_extended
///     queued --> succeeded: succeeded
///     queued --> waiting: attempt_failed
///     running --> cancelled: cancelled
///     running --> expired: expired
///     running --> failed: failed
///     running --> queued: queued
///     running --> running: started, lease_extended, watched
///     running --> succeeded: succeeded
///     running --> waiting: attempt_failed
///     waiting --> cancelled: cancelled
///     waiting --> expired: expired
///     waiting --> failed: failed
///     waiting --> queued: queued
///     waiting --> waiting: dependency_ended, watched
///     succeeded --> [*]
///     failed --> [*]
///     cancelled --> [*]
///     expired --> [*]
/// ```
///
/// @param event the type of the event, as its envelope has it
public record Lifecycle(Stage from, String event, Stage to) {

    private static final String TYPE = "dev.millrace.task.";

    /// Every step there is, refusals apart, which lead from each stage to itself.
    public static final List<Lifecycle> STEPS = steps();

    private static final Map<Stage, Set<String>> EVENTS =
            STEPS.stream().collect(groupingBy(Lifecycle::from, mapping(Lifecycle::event, toSet())));

    /// Whether an event of a type may happen to a task in a stage.
    static boolean allows(Stage from, String event) {
        return EVENTS.getOrDefault(from, Set.of()).contains(event);
    }

    /// The table as a state diagram of Mermaid's.
    public static String mermaid() {
        var edges = new TreeMap<String, List<String>>();
        for (var step : STEPS) {
            var label = step.event.substring(TYPE.length());
            edges.computeIfAbsent(name(step.from) + " --> " + name(step.to), _ -> new ArrayList<>())
                    .add(label);
        }
        var text = new StringBuilder("stateDiagram-v2\n");
        edges.forEach((edge, labels) ->
                text.append("    ")
                        .append(edge)
                        .append(": ")
                        .append(String.join(", ", labels))
                        .append('\n'));
        for (var stage : Stage.values()) {
            if (stage.isEnded()) {
                text.append("    ").append(name(stage)).append(" --> [*]\n");
            }
        }
        return text.toString();
    }

    private static String name(Stage stage) {
        return stage == Stage.ABSENT ? "[*]" : stage.wireName();
    }

    private static List<Lifecycle> steps() {
        var steps = new ArrayList<Lifecycle>();
        step(steps, Stage.ABSENT, "submitted", Stage.WAITING);
        step(steps, Stage.ABSENT, "submitted", Stage.QUEUED);
        step(steps, Stage.WAITING, "queued", Stage.QUEUED);
        for (var handedOut : List.of(Stage.QUEUED, Stage.RUNNING)) {
            step(steps, handedOut, "queued", Stage.QUEUED);
            step(steps, handedOut, "started", Stage.RUNNING);
            step(steps, handedOut, "lease_extended", Stage.RUNNING);
            step(steps, handedOut, "attempt_failed", Stage.WAITING);
            step(steps, handedOut, "succeeded", Stage.SUCCEEDED);
            step(steps, handedOut, "failed", Stage.FAILED);
        }
        step(steps, Stage.WAITING, "dependency_ended", Stage.WAITING);
        step(steps, Stage.WAITING, "failed", Stage.FAILED);
        for (var open : List.of(Stage.WAITING, Stage.QUEUED, Stage.RUNNING)) {
            step(steps, open, "watched", open);
            step(steps, open, "cancelled", Stage.CANCELLED);
            step(steps, open, "expired", Stage.EXPIRED);
        }
        return List.copyOf(steps);
    }

    private static void step(List<Lifecycle> steps, Stage from, String event, Stage to) {
        steps.add(new Lifecycle(from, TYPE + event, to));
    }
}
