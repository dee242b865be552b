package dev.millrace.domain.log;

import java.util.Comparator;

/// A partition of a topic.
///
/// @param topic its full name, for instance `millrace.task-events`
/// @param partition 0 or more
public record LogPartition(String topic, int partition) implements Comparable<LogPartition> {

    private static final Comparator<LogPartition> ORDER =
            Comparator.comparing(LogPartition::topic).thenComparingInt(LogPartition::partition);

    public LogPartition {
        if (topic.isEmpty() || partition < 0) {
            throw new IllegalArgumentException(
                    "partition: %s-%d (expected: a topic and 0 or more)"
                            .formatted(topic, partition));
        }
    }

    /// Reads Kafka's own notation, `topic-partition`, in which positions name them.
    ///
    /// @throws IllegalArgumentException if `name` is something else
    public static LogPartition parse(String name) {
        int dash = name.lastIndexOf('-');
        if (dash < 0) {
            throw new IllegalArgumentException(
                    "partition: %s (expected: topic-partition)".formatted(name));
        }
        return new LogPartition(
                name.substring(0, dash), Integer.parseInt(name.substring(dash + 1)));
    }

    @Override
    public int compareTo(LogPartition other) {
        return ORDER.compare(this, other);
    }
}
