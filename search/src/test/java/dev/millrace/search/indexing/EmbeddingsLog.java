package dev.millrace.search.indexing;

import static dev.millrace.search.fixture.Embeddings.envelope;

import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.event.Bytes;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Payload;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.search.fixture.Embeddings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// The `embeddings` topic in memory, outliving the consumers that read it.
final class EmbeddingsLog {

    static final int PARTITIONS = 2;
    static final String TOPIC = Topics.EMBEDDINGS.name();

    private final EventSerdes serdes;
    private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    private final Map<TopicPartition, Long> ends = new HashMap<>();

    EmbeddingsLog(EventSerdes serdes) {
        this.serdes = serdes;
        IntStream.range(0, PARTITIONS).forEach(i -> ends.put(new TopicPartition(TOPIC, i), 0L));
    }

    ConsumerRecord<byte[], byte[]> append(Embedding embedding) {
        return append(embedding.chunk().toString(), envelope(Embeddings.TENANT, embedding));
    }

    ConsumerRecord<byte[], byte[]> appendSealed(Embedding embedding) {
        var clear = envelope(Embeddings.TENANT, embedding);
        var nothing = Bytes.copyOf(new byte[12]);
        return append(
                embedding.chunk().toString(),
                new Envelope<>(
                        clear.id(),
                        clear.type(),
                        clear.time(),
                        clear.tenant(),
                        "someone",
                        clear.labels(),
                        clear.actor(),
                        clear.site(),
                        null,
                        clear.correlation(),
                        null,
                        new Payload.Sealed<>("key-1", "A256GCM", nothing, nothing)));
    }

    ConsumerRecord<byte[], byte[]> appendPoison(String key) {
        return append(key, new byte[] {9, 9});
    }

    private ConsumerRecord<byte[], byte[]> append(String key, Envelope<Embedding> envelope) {
        return append(key, serdes.of(Topics.EMBEDDINGS).serializer().serialize(TOPIC, envelope));
    }

    private ConsumerRecord<byte[], byte[]> append(String key, byte[] value) {
        return append(
                Topics.EMBEDDINGS.partition(key, PARTITIONS),
                key.getBytes(StandardCharsets.UTF_8),
                value);
    }

    /// Whatever it is, into the first partition.
    ConsumerRecord<byte[], byte[]> appendBytes(byte @Nullable [] key, byte @Nullable [] value) {
        return append(0, key, value);
    }

    private ConsumerRecord<byte[], byte[]> append(
            int partition, byte @Nullable [] key, byte @Nullable [] value) {
        // Each transaction ends in a marker that takes an offset too.
        long offset = ends.merge(new TopicPartition(TOPIC, partition), 2L, Long::sum) - 2;
        var record = new ConsumerRecord<byte[], byte[]>(TOPIC, partition, offset, key, value);
        records.add(record);
        return record;
    }

    /// A consumer that knows the topic; its records come with [#deliver].
    MockConsumer<byte[], byte[]> consumer() {
        var consumer = new MockConsumer<byte[], byte[]>("none");
        var node = Node.noNode();
        consumer.updatePartitions(
                TOPIC,
                IntStream.range(0, PARTITIONS)
                        .mapToObj(i -> new PartitionInfo(TOPIC, i, node, new Node[0], new Node[0]))
                        .toList());
        var first = new HashMap<TopicPartition, Long>();
        ends.keySet().forEach(partition -> first.put(partition, 0L));
        consumer.updateBeginningOffsets(first);
        // Mock positions do not move past the markers.
        var afterLast = new HashMap<TopicPartition, Long>();
        ends.forEach((partition, end) -> afterLast.put(partition, Math.max(0, end - 1)));
        consumer.updateEndOffsets(afterLast);
        return consumer;
    }

    /// Hands an assigned consumer what it has not read.
    void deliver(MockConsumer<byte[], byte[]> consumer) {
        for (var record : records) {
            var partition = new TopicPartition(TOPIC, record.partition());
            if (record.offset() >= consumer.position(partition)) {
                consumer.addRecord(record);
            }
        }
    }
}
