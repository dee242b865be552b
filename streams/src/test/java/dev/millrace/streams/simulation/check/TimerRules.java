package dev.millrace.streams.simulation.check;

import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskState;
import dev.millrace.streams.simulation.CommitListener;
import dev.millrace.streams.simulation.log.LogRecord;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Holds each commit to [Rule#ONE_TIMER]: a task that waits for a moment has one row, at that
/// moment, or its wake is under way; any other has none.
final class TimerRules implements CommitListener {

    private final Findings findings;

    TimerRules(Findings findings) {
        this.findings = findings;
    }

    @Override
    public void committed(
            Map<String, Long> timers, List<TaskState> changed, List<LogRecord> unread) {
        for (var state : changed) {
            var moment = state.wakeAt();
            var rows =
                    timers.entrySet().stream()
                            .filter(row -> row.getKey().endsWith("/" + state.task()))
                            .map(Map.Entry::getValue)
                            .toList();
            boolean holds =
                    rows.isEmpty()
                            ? moment == null || isUnderWay(state, moment, unread)
                            : rows.size() == 1 && isAt(moment, rows.getFirst());
            findings.require(holds, Rule.ONE_TIMER, state.task(), "rows " + rows + " of " + state);
        }
    }

    private static boolean isAt(@Nullable Instant moment, long millis) {
        return moment != null && moment.toEpochMilli() == millis;
    }

    private static boolean isUnderWay(TaskState state, Instant moment, List<LogRecord> unread) {
        return unread.stream()
                .anyMatch(record ->
                        record.message() instanceof TaskCommand.Wake wake
                                && wake.task().equals(state.task())
                                && wake.due().equals(moment));
    }
}
