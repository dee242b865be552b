package dev.millrace.site.cli;

import dev.millrace.domain.audit.RecordContent;
import dev.millrace.domain.audit.bundle.Shown;
import dev.millrace.domain.audit.bundle.Verdict.PartitionProved;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.schemas.serde.OfflineReader;
import dev.millrace.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Which events of a task are in evidence. They count from 1 without a gap, in the order of their
/// offsets, so some that are missing in between show. None that are missing at the end.
final class TaskVersions {

    private static final String SCHEMA = "schema-fp";
    private static final int MOST_GAPS = 20;

    private final String task;

    /// Of the events that this version of the program can read.
    private final TreeSet<Long> versions = new TreeSet<>();

    private int unread;
    private boolean isOrdered = true;

    private TaskVersions(String task) {
        this.task = task;
    }

    /// Of each task that has events in the evidence, in the order of their first ones.
    static List<TaskVersions> of(List<PartitionProved> partitions) {
        var reader = new OfflineReader<>(Topics.TASK_EVENTS);
        Map<String, TaskVersions> found = new LinkedHashMap<>();
        for (var partition : partitions) {
            if (!partition.head().topic().equals(Topics.TASK_EVENTS.name())) {
                continue;
            }
            for (var each : partition.records()) {
                if (each.shown() instanceof Shown.Whole(var _, var _, var content)
                        && content.key() != null) {
                    var task = new String(content.key().toArray(), StandardCharsets.UTF_8);
                    found.computeIfAbsent(task, TaskVersions::new).add(content, reader);
                }
            }
        }
        return List.copyOf(found.values());
    }

    String task() {
        return task;
    }

    /// Whether all events from the first to [#last] are there, once each and in their order.
    boolean isGapless() {
        return isOrdered && unread == 0 && !versions.isEmpty() && gaps().isEmpty();
    }

    /// The highest number; 0 if none can be read.
    long last() {
        return versions.isEmpty() ? 0 : versions.last();
    }

    /// How many events were written by another version of the program, or are none.
    int unread() {
        return unread;
    }

    /// Numbers from 1 that are not there, as `3` or `3 to 5`; at most 20 such, the last one `…` if
    /// there are more.
    List<String> gaps() {
        var gaps = new ArrayList<String>();
        long expected = 1;
        for (long version : versions) {
            if (version > expected) {
                if (gaps.size() == MOST_GAPS - 1) {
                    gaps.add("…");
                    return gaps;
                }
                gaps.add(
                        version - expected == 1
                                ? Long.toString(expected)
                                : expected + " to " + (version - 1));
            }
            expected = version + 1;
        }
        return gaps;
    }

    /// What can be said, for people.
    String sentence() {
        if (isGapless()) {
            return "task %s: its events 1 to %d, without a gap".formatted(task, last());
        }
        var text = new StringBuilder("task " + task + ": ");
        text.append(
                versions.isEmpty()
                        ? "events whose numbers this version cannot read"
                        : "events up to %d".formatted(last()));
        if (!gaps().isEmpty()) {
            text.append(", WITHOUT ").append(String.join(", ", gaps()));
        }
        if (unread > 0) {
            text.append(", and %d of another version of the program".formatted(unread));
        }
        if (!isOrdered) {
            text.append(", NOT IN THEIR ORDER");
        }
        return text.toString();
    }

    private void add(RecordContent content, OfflineReader<TaskEvent> reader) {
        var value = content.value();
        var envelope = value == null ? null : reader.read(value.toArray(), schema(content));
        var event = envelope == null ? null : envelope.messageOrNull();
        if (event == null) {
            unread++;
            return;
        }
        isOrdered &= versions.isEmpty() || event.version() > versions.last();
        versions.add(event.version());
    }

    private static String schema(RecordContent content) {
        for (var header : content.headers().reversed()) {
            if (header.name().equals(SCHEMA) && header.value() != null) {
                return new String(header.value().toArray(), StandardCharsets.UTF_8);
            }
        }
        return "";
    }
}
