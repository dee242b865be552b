package dev.millrace.streams.views.stores;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/// The changelogs of the views' stores, as the brokers have them. Confined to one thread; calls
/// block, and fail with a `KafkaException` if the brokers have no answer.
interface Changelogs extends AutoCloseable {

    /// Where each ends just now: the offset of the next record, whether or not the transactions
    /// before it are decided.
    Map<TopicPartition, Long> ends(Collection<TopicPartition> changelogs);

    /// Those of some ranges in which there is nothing: all in them is decided, and none of it is a
    /// committed record. Takes little time; what cannot be told within it is left out.
    Set<TopicPartition> empty(Map<TopicPartition, Range> ranges);

    /// Offsets of one changelog.
    ///
    /// @param from the first
    /// @param to the one after the last
    record Range(long from, long to) {}

    @Override
    void close();
}
