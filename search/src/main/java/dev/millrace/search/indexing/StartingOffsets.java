package dev.millrace.search.indexing;

import dev.millrace.domain.view.Position;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/// Where to begin reading each partition, given what the index holds and what the log holds.
final class StartingOffsets {

    private StartingOffsets() {}

    /// After the last record known to be reported, which is at or before the last one applied; at
    /// the beginning of the log where the index has read nothing.
    ///
    /// @param applied how far the index holds the topic
    /// @param reported how far it is known to be reported
    /// @param first the offset of each partition's first record
    /// @param end the offset after each partition's last record
    /// @throws LogMismatch if records that the index lacks are gone, or it holds more than the log
    static Map<TopicPartition, Long> of(
            Position applied,
            Position reported,
            Map<TopicPartition, Long> first,
            Map<TopicPartition, Long> end)
            throws LogMismatch {
        var known = first.keySet().stream().map(Object::toString).collect(Collectors.toSet());
        for (var partition : applied.offsets().keySet()) {
            if (!known.contains(partition)) {
                throw LogMismatch.noPartition(partition);
            }
        }
        var offsets = new HashMap<TopicPartition, Long>();
        for (var entry : first.entrySet()) {
            var partition = entry.getKey();
            long begin = entry.getValue();
            long done = applied.offset(partition.topic(), partition.partition());
            if (done >= 0 && done + 1 < begin) {
                throw LogMismatch.missing(partition, done + 1, begin);
            }
            long after = end.getOrDefault(partition, begin);
            if (done >= after) {
                throw LogMismatch.ahead(partition, done, after);
            }
            long next = reported.offset(partition.topic(), partition.partition()) + 1;
            offsets.put(partition, Math.max(next, begin));
        }
        return offsets;
    }
}
