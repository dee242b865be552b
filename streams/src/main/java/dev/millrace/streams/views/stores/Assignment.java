package dev.millrace.streams.views.stores;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.state.HostInfo;

/// Which instance folds which partitions, as this one knows it at one moment.
///
/// @param here what this instance folds
/// @param elsewhere who folds the others; what nobody is known to fold is missing
/// @param standbys which other instances keep standby copies; what has none is missing
public record Assignment(
        Set<TopicPartition> here,
        Map<TopicPartition, HostInfo> elsewhere,
        Map<TopicPartition, List<HostInfo>> standbys) {

    public Assignment {
        here = Set.copyOf(here);
        elsewhere = Map.copyOf(elsewhere);
        standbys = Map.copyOf(standbys);
    }

    /// Instances without standbys.
    public Assignment(Set<TopicPartition> here, Map<TopicPartition, HostInfo> elsewhere) {
        this(here, elsewhere, Map.of());
    }

    /// What a running application knows: by its threads, and by what the broker last told of all
    /// instances, which may be late. Nothing wrong comes of that: whoever is asked for a partition
    /// that it does not hold refuses.
    ///
    /// @throws InstanceNotRunning if it does not run
    public static Assignment of(KafkaStreams streams, HostInfo self) {
        try {
            var here = new HashSet<TopicPartition>();
            for (var thread : streams.metadataForLocalThreads()) {
                thread.activeTasks().forEach(task -> here.addAll(task.topicPartitions()));
            }
            var elsewhere = new HashMap<TopicPartition, HostInfo>();
            var standbys = new HashMap<TopicPartition, List<HostInfo>>();
            for (var instance : streams.metadataForAllStreamsClients()) {
                if (instance.hostInfo().equals(self)) {
                    here.addAll(instance.topicPartitions());
                } else {
                    instance.topicPartitions()
                            .forEach(partition -> elsewhere.put(partition, instance.hostInfo()));
                    instance.standbyTopicPartitions()
                            .forEach(partition ->
                                    standbys.computeIfAbsent(partition, _ -> new ArrayList<>())
                                            .add(instance.hostInfo()));
                }
            }
            return new Assignment(here, elsewhere, standbys);
        } catch (IllegalStateException notRunning) {
            throw new InstanceNotRunning(notRunning);
        }
    }
}
