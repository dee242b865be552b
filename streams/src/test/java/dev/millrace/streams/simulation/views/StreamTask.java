package dev.millrace.streams.simulation.views;

import dev.millrace.streams.simulation.log.SimulatedLog;
import dev.millrace.streams.views.fold.ViewsTopology;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;

/// A fold on one partition of its topics: what moves from instance to instance as a whole.
///
/// @param applied the fold's store of applied offsets
public record StreamTask(String applied, int partition) {

    private static final List<String> FOLDS =
            List.of(
                    ViewsTopology.TASKS_APPLIED,
                    ViewsTopology.DOCUMENTS_APPLIED,
                    ViewsTopology.TASK_PROGRESS_APPLIED);

    /// All there are.
    public static List<StreamTask> all() {
        var all = new ArrayList<StreamTask>();
        for (var applied : FOLDS) {
            for (int partition = 0; partition < SimulatedLog.PARTITIONS; partition++) {
                all.add(new StreamTask(applied, partition));
            }
        }
        return all;
    }

    /// The task that holds a store.
    static StreamTask of(String store, int partition) {
        var topic = ViewsTopology.source(store);
        return all().stream()
                .filter(task -> task.partition == partition && task.topics().contains(topic))
                .findFirst()
                .orElseThrow();
    }

    /// A view that is made of a topic.
    static String viewOf(String topic) {
        return switch (String.valueOf(ViewsTopology.applied(topic))) {
            case ViewsTopology.TASKS_APPLIED -> "tasks";
            case ViewsTopology.DOCUMENTS_APPLIED -> "documents";
            default -> "task-progress";
        };
    }

    /// The topics that it folds.
    public List<String> topics() {
        return ViewsTopology.topics(applied);
    }

    List<TopicPartition> sources() {
        return topics().stream().map(topic -> new TopicPartition(topic, partition)).toList();
    }

    /// The stores that it keeps.
    public List<String> stores() {
        return switch (applied) {
            case ViewsTopology.TASKS_APPLIED ->
                    List.of(
                            ViewsTopology.TASKS,
                            ViewsTopology.TASKS_INDEX,
                            ViewsTopology.TASK_HISTORY,
                            ViewsTopology.TASK_COUNTS,
                            ViewsTopology.TASKS_ACTIVITY,
                            ViewsTopology.TASKS_TALLIES,
                            applied);
            case ViewsTopology.DOCUMENTS_APPLIED ->
                    List.of(
                            ViewsTopology.DOCUMENTS,
                            ViewsTopology.DOCUMENTS_INDEX,
                            ViewsTopology.DOCUMENTS_ACTIVITY,
                            ViewsTopology.DOCUMENTS_TALLIES,
                            applied);
            default -> List.of(ViewsTopology.TASK_PROGRESS, applied);
        };
    }

    @Override
    public String toString() {
        return applied.substring(0, applied.lastIndexOf('-')) + "-" + partition;
    }
}
