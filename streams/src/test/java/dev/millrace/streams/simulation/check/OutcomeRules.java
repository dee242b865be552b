package dev.millrace.streams.simulation.check;

import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.streams.decide.HostedDecide.Place;
import java.util.HashMap;
import java.util.List;

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
        var outcomes = new HashMap<Place, Integer>();
        for (var event : history.events()) {
            var cause = event.cause();
            findings.require(
                    cause != null && history.inputs().containsKey(cause),
                    Rule.ONE_OUTCOME,
                    TaskId.parse(event.key()),
                    "no cause: " + event.place());
            if (cause != null) {
                outcomes.merge(cause, 1, Integer::sum);
            }
        }
        history.inputs()
                .forEach((place, input) -> {
                    int count = outcomes.getOrDefault(place, 0);
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
