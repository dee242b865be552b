package dev.millrace.streams.runtime;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListStreamsGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/// Says how far groups of Kafka Streams have read, and where partitions begin and end. Safe for use
/// by many threads; calls never block, and fail with an exception of Kafka's.
public interface GroupLog extends AutoCloseable {

    /// The offset after the last record that a group has read of each partition, of committed
    /// transactions alone; a partition that it has never read is missing.
    CompletionStage<Map<TopicPartition, Long>> committed(
            String group, Set<TopicPartition> partitions);

    /// The offset of the first record of each partition that is still there.
    CompletionStage<Map<TopicPartition, Long>> begins(Set<TopicPartition> partitions);

    /// The offset after the last record of each partition, whether that is committed yet or not.
    CompletionStage<Map<TopicPartition, Long>> ends(Set<TopicPartition> partitions);

    @Override
    void close();

    /// As the brokers have it; closing it closes the client.
    static GroupLog of(Admin admin) {
        return new GroupLog() {
            @Override
            public CompletionStage<Map<TopicPartition, Long>> committed(
                    String group, Set<TopicPartition> partitions) {
                var spec = new ListStreamsGroupOffsetsSpec().topicPartitions(partitions);
                return admin.listStreamsGroupOffsets(Map.of(group, spec))
                        .partitionsToOffsetAndMetadata(group)
                        .toCompletionStage()
                        .thenApply(all -> {
                            var offsets = new HashMap<TopicPartition, Long>();
                            all.forEach((partition, at) -> {
                                if (at != null) {
                                    offsets.put(partition, at.offset());
                                }
                            });
                            return offsets;
                        });
            }

            @Override
            public CompletionStage<Map<TopicPartition, Long>> begins(
                    Set<TopicPartition> partitions) {
                return offsets(partitions, OffsetSpec.earliest());
            }

            @Override
            public CompletionStage<Map<TopicPartition, Long>> ends(Set<TopicPartition> partitions) {
                return offsets(partitions, OffsetSpec.latest());
            }

            private CompletionStage<Map<TopicPartition, Long>> offsets(
                    Set<TopicPartition> partitions, OffsetSpec which) {
                var asked = new HashMap<TopicPartition, OffsetSpec>();
                partitions.forEach(partition -> asked.put(partition, which));
                return admin.listOffsets(asked)
                        .all()
                        .toCompletionStage()
                        .thenApply(all -> {
                            var offsets = new HashMap<TopicPartition, Long>();
                            all.forEach((partition, at) -> offsets.put(partition, at.offset()));
                            return offsets;
                        });
            }

            @Override
            public void close() {
                admin.close();
            }
        };
    }
}
