package dev.millrace.streams.simulation.check;

import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.streams.decide.HostedDecide.Place;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/// Holds the history to [Rule#ONE_OUTCOME], [Rule#GAPLESS_VERSIONS] and [Rule#ONE_END].
final class OutcomeRules {

    private OutcomeRules() {}

    static void look(History history, Findings findings) {
        lookAtOutcomes(history, findings);
        history.steps()
                .forEach((task, steps) -> {
                    lookAtVersions(task, steps, findings);
                    lookAtEnds(task, steps, findings);
                });
    }

    private static void lookAtOutcomes(History history, Findings findings) {
        for (var event : history.unexplained()) {
            findings.require(
                    false,
                    Rule.ONE_OUTCOME,
                    TaskId.parse(event.key()),
                    "no cause: " + event.place());
        }
        // By the place of an input and the id of what was decided on: the input, or what it
        // implies.
        var outcomes = new HashMap<Place, Map<UUID, Integer>>();
        for (var event : history.events()) {
            var cause = event.cause();
            if (cause != null) {
                outcomes.computeIfAbsent(cause, _ -> new HashMap<>())
                        .merge(
                                Objects.requireNonNull(event.envelope().causation()),
                                1,
                                Integer::sum);
            }
        }
        outcomes.forEach((place, counts) ->
                findings.require(
                        counts.values().stream().allMatch(count -> count == 1),
                        Rule.ONE_OUTCOME,
                        null,
                        "what follows from " + place + " has more than one outcome"));
        history.inputs()
                .forEach((place, input) -> {
                    int count =
                            outcomes.getOrDefault(place, Map.of())
                                    .getOrDefault(input.envelope().id(), 0);
                    findings.require(
                            count == 1,
                            Rule.ONE_OUTCOME,
                            TaskId.parse(input.key()),
                            place + " has " + count + " outcomes");
                });
    }

    private static void lookAtVersions(TaskId task, List<Step> steps, Findings findings) {
        for (int i = 0; i < steps.size(); i++) {
            long version = steps.get(i).event().version();
            findings.require(
                    version == i + 1,
                    Rule.GAPLESS_VERSIONS,
                    task,
                    "version " + version + " at place " + (i + 1));
        }
    }

    private static void lookAtEnds(TaskId task, List<Step> steps, Findings findings) {
        for (var step : steps) {
            boolean isRefusal = step.event() instanceof TaskEvent.Refused;
            boolean isEnded = step.before().stage() == Situation.Stage.ENDED;
            findings.require(!isEnded || isRefusal, Rule.ONE_END, task, step);
        }
    }
}
