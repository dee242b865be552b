package dev.millrace.schemas.topic;

import dev.millrace.domain.task.Priority;
import dev.millrace.domain.task.WorkItem;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The queues of work: a topic for each kind of task and each priority,
/// `millrace.work.<kind>.<priority>`, which the workers of the kind share as one share group.
///
/// They are made when a kind is registered or first needed, and can be deleted at any time: what is
/// queued is queued once more.
public final class WorkTopics {

    /// The subject of the schema of their values.
    public static final String SUBJECT = "millrace.work-value";

    private static final String PREFIX = "millrace.work.";
    private static final Duration KEPT = Duration.ofDays(7);

    private WorkTopics() {}

    /// The queue of a kind's work of a priority.
    public static Topic<WorkItem> of(String kind, Priority priority) {
        return new Topic<>(
                PREFIX + kind + "." + priority.name().toLowerCase(Locale.ROOT),
                WorkItem.class,
                "task",
                KeyedBy.KEY,
                Cleanup.DELETE,
                KEPT,
                false,
                true,
                Set.of(Writer.DISPATCH),
                "work of the kind " + kind);
    }

    /// The queues of a kind's work, the most urgent first.
    public static List<Topic<WorkItem>> of(String kind) {
        return Arrays.stream(Priority.values()).map(priority -> of(kind, priority)).toList();
    }

    /// The share group of the workers of a kind.
    public static String group(String kind) {
        return "millrace-work-" + kind;
    }

    /// Whether a topic is a queue of work.
    public static boolean isOne(String topic) {
        return topic.startsWith(PREFIX);
    }
}
