package dev.millrace.site.audit;

import dev.millrace.domain.event.Message;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/// Checks that every command and report has exactly one outcome.
final class OutcomeCheck {

    private OutcomeCheck() {}

    static List<Violation> of(LogCopy log) {
        var violations = new ArrayList<Violation>();
        var events = log.of(Topics.TASK_EVENTS);
        outcomes(log, events, violations);
        versions(events, violations);
        results(log, events, violations);
        return violations;
    }

    private static void outcomes(
            LogCopy log, List<Logged<TaskEvent>> events, List<Violation> violations) {
        var inputs = new LinkedHashMap<String, String>();
        addPlaces(log.of(Topics.TASK_COMMANDS), inputs);
        addPlaces(log.of(Topics.TASK_REPORTS), inputs);
        var outcomes = new LinkedHashMap<String, Map<String, List<String>>>();
        // What an input implies for other tasks is decided with it: its events have another
        // causation.
        for (var event : events) {
            outcomes.computeIfAbsent(cause(event), _ -> new LinkedHashMap<>())
                    .computeIfAbsent(
                            String.valueOf(event.envelope().causation()), _ -> new ArrayList<>())
                    .add(event.place());
        }
        inputs.forEach((input, id) -> {
            var found = outcomes.getOrDefault(input, Map.of());
            if (!found.containsKey(id)) {
                violations.add(new Violation.NoOutcome(input));
            }
            for (var same : found.values()) {
                if (same.size() > 1) {
                    violations.add(new Violation.TwoOutcomes(input, List.copyOf(same)));
                }
            }
        });
        outcomes.forEach((cause, found) -> {
            if (!inputs.containsKey(cause)) {
                violations.add(
                        new Violation.NoCause(found.values().iterator().next().getFirst(), cause));
            }
        });
    }

    private static <P extends Message> void addPlaces(
            List<Logged<P>> records, Map<String, String> ids) {
        records.forEach(record -> ids.put(record.place(), record.envelope().id().toString()));
    }

    private static String cause(Logged<TaskEvent> event) {
        return "%s-%s@%s"
                .formatted(
                        event.header("cause-topic"),
                        event.header("cause-partition"),
                        event.header("cause-offset"));
    }

    private static void versions(List<Logged<TaskEvent>> events, List<Violation> violations) {
        var versions = new LinkedHashMap<TaskId, List<Long>>();
        for (var event : events) {
            versions.computeIfAbsent(event.message().task(), _ -> new ArrayList<>())
                    .add(event.message().version());
        }
        versions.forEach((task, found) -> {
            if (!found.equals(LongStream.rangeClosed(1, found.size()).boxed().toList())) {
                violations.add(new Violation.GapInVersions(task, List.copyOf(found)));
            }
        });
    }

    private static void results(
            LogCopy log, List<Logged<TaskEvent>> events, List<Violation> violations) {
        Map<TaskId, Integer> results = new LinkedHashMap<>();
        for (var result : log.of(Topics.RESULTS)) {
            results.merge(result.message().task(), 1, Integer::sum);
        }
        var succeeded = new HashSet<TaskId>();
        for (var event : events) {
            if (event.message() instanceof TaskEvent.Succeeded success) {
                succeeded.add(success.task());
                results.putIfAbsent(success.task(), 0);
            }
        }
        results.forEach((task, count) -> {
            if (count != 1 || !succeeded.contains(task)) {
                violations.add(new Violation.WrongResults(task, count));
            }
        });
    }
}
