package dev.millrace.streams.simulation.check;

import dev.millrace.domain.kind.BuiltInKinds;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskResult;
import dev.millrace.domain.task.TaskSignal;
import dev.millrace.streams.decide.HostedDecide.Place;
import dev.millrace.streams.simulation.Run;
import dev.millrace.streams.simulation.log.LogRecord;
import dev.millrace.streams.simulation.log.SimulatedLog;
import java.util.HashMap;
import java.util.Map;

/// Holds the history to [Rule#ALL_TOLD] and [Rule#HANDED_OUT]: whoever is to know of an event does.
final class SpreadRules {

    private final Run run;
    private final Findings findings;
    private final Map<About, Integer> results;
    private final Map<About, Integer> grants;

    SpreadRules(Run run, Findings findings) {
        this.run = run;
        this.findings = findings;
        this.results = count(SimulatedLog.RESULTS, TaskResult.class);
        this.grants = count(SimulatedLog.SIGNALS, TaskSignal.Granted.class);
    }

    /// How many there are of each cause.
    private Map<About, Integer> count(String topic, Class<?> type) {
        var counts = new HashMap<About, Integer>();
        for (var record : run.log().committed(topic)) {
            var cause = record.cause();
            if (cause != null && type.isInstance(record.message())) {
                counts.merge(new About(cause, TaskId.parse(record.key())), 1, Integer::sum);
            }
        }
        return counts;
    }

    void look(Step step) {
        var event = step.event();
        var cause = new About(step.cause().place(), event.task());
        int expectedResults = event instanceof TaskEvent.Succeeded ? 1 : 0;
        int expectedGrants =
                event instanceof TaskEvent.Started && !step.before().isInHouse() ? 1 : 0;
        findings.require(
                results.getOrDefault(cause, 0) == expectedResults
                        && grants.getOrDefault(cause, 0) == expectedGrants,
                Rule.ALL_TOLD,
                event.task(),
                step);
        findings.require(
                !isToBeHandedOut(event) || isHandedOut(step.record()),
                Rule.HANDED_OUT,
                event.task(),
                step);
    }

    private static boolean isToBeHandedOut(TaskEvent event) {
        return switch (event) {
            case TaskEvent.Submitted submitted ->
                    submitted.due() == null
                            && submitted.after().isEmpty()
                            && !BuiltInKinds.isInHouse(submitted.kind());
            case TaskEvent.Queued queued -> !BuiltInKinds.isInHouse(queued.kind());
            default -> false;
        };
    }

    private boolean isHandedOut(LogRecord event) {
        return run.handedOut().containsKey(event.envelope().id());
    }

    /// What is told of a task because of what stands at a place.
    private record About(Place place, TaskId task) {}
}
