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

    @Override
    public int compareTo(LogPartition other) {
        return ORDER.compare(this, other);
    }
}
