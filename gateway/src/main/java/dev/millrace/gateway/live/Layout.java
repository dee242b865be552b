package dev.millrace.gateway.live;

import dev.millrace.domain.log.LogPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Numbers all partitions that can be read, so that a place in all of them is an array. Immutable.
final class Layout {

    private final SortedMap<String, Integer> topics;
    private final List<LogPartition> partitions;
    private final Map<LogPartition, Integer> numbers = new HashMap<>();

    /// @param topics how many partitions each has
    Layout(SortedMap<String, Integer> topics) {
        this.topics = new TreeMap<>(topics);
        var all = new ArrayList<LogPartition>();
        this.topics.forEach((topic, count) -> {
            for (int partition = 0; partition < count; partition++) {
                numbers.put(new LogPartition(topic, partition), all.size());
                all.add(new LogPartition(topic, partition));
            }
        });
        this.partitions = List.copyOf(all);
    }

    int size() {
        return partitions.size();
    }

    /// Whether these are the topics with their partitions.
    boolean isOf(SortedMap<String, Integer> others) {
        return topics.equals(others);
    }

    boolean has(LogPartition partition) {
        return numbers.containsKey(partition);
    }

    /// How many partitions a topic has; 0 if there is no such topic.
    int partitionsOf(String topic) {
        return topics.getOrDefault(topic, 0);
    }

    LogPartition partition(int number) {
        return partitions.get(number);
    }

    /// The number of a partition that is in the layout.
    int number(LogPartition partition) {
        var number = numbers.get(partition);
        if (number == null) {
            throw new IllegalStateException(
                    "partition: %s (expected: one of the layout)".formatted(partition));
        }
        return number;
    }
}
