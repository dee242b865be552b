package dev.millrace.streams.audit;

import dev.millrace.domain.audit.PartitionHead;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;

/// A partition that has a tree. A topic that was made again under its name has other ones.
record AuditedPartition(String topic, UUID topicId, int partition) {

    static AuditedPartition of(PartitionHead head) {
        return new AuditedPartition(head.topic(), head.topicId(), head.partition());
    }

    TopicPartition inKafka() {
        return new TopicPartition(topic, partition);
    }

    /// `topic-partition`, Kafka's own notation.
    String name() {
        return topic + "-" + partition;
    }
}
