package dev.millrace.streams.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/// A topic in memory, read through Kafka's own consumer for tests.
final class StoredTopic {

    private final String name;
    private final List<List<ConsumerRecord<byte[], byte[]>>> partitions;
    private final Map<Integer, Long> first = new HashMap<>();
    private final List<Consumer<byte[], byte[]>> made = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> others = new ConcurrentHashMap<>();
    private volatile Runnable onPoll = () -> {};
    private volatile boolean failing;

    StoredTopic(String name, int partitions) {
        this.name = name;
        this.partitions =
                IntStream.range(0, partitions)
                        .<List<ConsumerRecord<byte[], byte[]>>>mapToObj(_ -> new ArrayList<>())
                        .toList();
    }

    void add(int partition, @Nullable String key, byte @Nullable [] value) {
        var records = partitions.get(partition);
        var bytes = key == null ? null : key.getBytes(UTF_8);
        records.add(new ConsumerRecord<>(name, partition, records.size(), bytes, value));
    }

    void add(
            int partition,
            long time,
            byte @Nullable [] key,
            byte @Nullable [] value,
            Headers headers) {
        var records = partitions.get(partition);
        records.add(
                new ConsumerRecord<>(
                        name,
                        partition,
                        records.size(),
                        time,
                        TimestampType.CREATE_TIME,
                        ConsumerRecord.NULL_SIZE,
                        ConsumerRecord.NULL_SIZE,
                        key,
                        value,
                        headers,
                        Optional.empty()));
    }

    /// Lets another topic be there too, of which nothing is read.
    void exists(String topic, int partitions) {
        others.put(topic, partitions);
    }

    byte[] value(int partition, int offset) {
        return partitions.get(partition).get(offset).value();
    }

    void forgetBefore(int partition, long offset) {
        first.put(partition, offset);
    }

    void whenPolled(Runnable action) {
        onPoll = action;
    }

    void failNextPoll() {
        failing = true;
    }

    int consumersMade() {
        return made.size();
    }

    Consumer<byte[], byte[]> consumer() {
        var consumer = new Reader();
        made.add(consumer);
        return consumer;
    }

    private final class Reader extends MockConsumer<byte[], byte[]> {

        Reader() {
            super("earliest");
            know(name, partitions.size());
            others.forEach(this::know);
        }

        private void know(String topic, int count) {
            var node = new Node(1, "nowhere", 9092);
            var nodes = new Node[] {node};
            updatePartitions(
                    topic,
                    IntStream.range(0, count)
                            .mapToObj(p -> new PartitionInfo(topic, p, node, nodes, nodes))
                            .toList());
        }

        @Override
        public synchronized Map<TopicPartition, Long> beginningOffsets(
                Collection<TopicPartition> wanted) {
            wanted.forEach(
                    p -> updateBeginningOffsets(Map.of(p, first.getOrDefault(p.partition(), 0L))));
            return super.beginningOffsets(wanted);
        }

        @Override
        public synchronized Map<TopicPartition, Long> endOffsets(
                Collection<TopicPartition> wanted) {
            wanted.forEach(
                    p -> updateEndOffsets(Map.of(p, (long) partitions.get(p.partition()).size())));
            return super.endOffsets(wanted);
        }

        @Override
        public synchronized void assign(Collection<TopicPartition> wanted) {
            super.assign(wanted);
            for (var partition : wanted) {
                partitions.get(partition.partition()).stream()
                        .skip(first.getOrDefault(partition.partition(), 0L))
                        .forEach(this::addRecord);
            }
        }

        @Override
        public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            if (failing) {
                failing = false;
                throw new TimeoutException("broker gone");
            }
            onPoll.run();
            return super.poll(timeout);
        }
    }
}
