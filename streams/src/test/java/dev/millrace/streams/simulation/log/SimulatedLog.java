package dev.millrace.streams.simulation.log;

import dev.millrace.domain.task.TaskId;
import dev.millrace.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Topics, each in [#PARTITIONS] partitions.
public final class SimulatedLog {

    public static final String COMMANDS = Topics.TASK_COMMANDS.name();
    public static final String REPORTS = Topics.TASK_REPORTS.name();
    public static final String EVENTS = Topics.TASK_EVENTS.name();
    public static final String RESULTS = Topics.RESULTS.name();
    public static final String SIGNALS = Topics.TASK_CONTROL.name();

    public static final int PARTITIONS = 2;

    private final Map<String, List<LogPartition>> topics = new LinkedHashMap<>();

    /// The topics of the task engine.
    public static final List<String> OF_TASKS =
            List.of(COMMANDS, REPORTS, EVENTS, RESULTS, SIGNALS);

    /// An empty log.
    ///
    /// @param names of its topics
    /// @param skewMillis how far a broker's clock is ahead, drawn for each partition
    /// @param witness sees everything that is written, whatever becomes of it
    public SimulatedLog(
            List<String> names,
            VirtualClock clock,
            LongSupplier skewMillis,
            Consumer<LogRecord> witness) {
        for (var topic : names) {
            var partitions = new ArrayList<LogPartition>();
            for (int number = 0; number < PARTITIONS; number++) {
                partitions.add(
                        new LogPartition(clock, topic, number, skewMillis.getAsLong(), witness));
            }
            topics.put(topic, partitions);
        }
    }

    public static int partitionOf(TaskId task) {
        return Topics.TASK_COMMANDS.partition(task.toString(), PARTITIONS);
    }

    public LogPartition partition(String topic, int number) {
        return topic(topic).get(number);
    }

    public List<LogPartition> topic(String topic) {
        var partitions = topics.get(topic);
        if (partitions == null) {
            throw new IllegalArgumentException("topic: " + topic);
        }
        return partitions;
    }

    /// All committed records of a topic, in the order of each partition.
    public List<LogRecord> committed(String topic) {
        return topic(topic).stream()
                .flatMap(partition -> partition.since(0).stream())
                .filter(LogRecord::isCommitted)
                .toList();
    }
}
