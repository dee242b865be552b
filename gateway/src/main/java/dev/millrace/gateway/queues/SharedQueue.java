package dev.millrace.gateway.queues;

import dev.millrace.domain.task.WorkItem;
import dev.millrace.schemas.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;

/// One queue, as one consumer of its share group sees it.
///
/// A share consumer whose poll found nothing goes on fetching in the background and locks what
/// comes next, though nobody polls any more. So it is hungry then, and must be polled until it has
/// had something. Confined to one thread.
final class SharedQueue implements AutoCloseable {

    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final Topic<WorkItem> topic;
    private final ShareConsumer<byte[], byte[]> consumer;
    private boolean hungry;

    SharedQueue(Topic<WorkItem> topic, ShareConsumer<byte[], byte[]> consumer) {
        this.topic = topic;
        this.consumer = consumer;
        consumer.subscribe(List.of(topic.name()));
    }

    Topic<WorkItem> topic() {
        return topic;
    }

    /// Whether it may lock what nobody polls for.
    boolean isHungry() {
        return hungry;
    }

    /// What is there; each record of it is to be acknowledged before the next call.
    List<ConsumerRecord<byte[], byte[]>> poll(Duration most) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        consumer.poll(most).forEach(records::add);
        hungry = records.isEmpty();
        return records;
    }

    void acknowledge(ConsumerRecord<byte[], byte[]> record, AcknowledgeType how) {
        consumer.acknowledge(record, how);
    }

    /// Sends what was acknowledged.
    void commit() {
        consumer.commitAsync();
    }

    /// Releases what is locked, in bounded time.
    @Override
    public void close() {
        consumer.close(CLOSE);
    }
}
