package dev.millrace.site;

import dev.millrace.schemas.serde.DeadLetters;
import dev.millrace.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// Kafka's own clients on a site's broker, as any program has them: bytes in, bytes out.
final class PlainKafka implements AutoCloseable {

    private static final int MAX_REQUEST_BYTES = 16 << 20;

    private final Map<String, Object> client;
    private final Admin admin;
    private final KafkaProducer<byte[], byte[]> plain;
    private final KafkaProducer<byte[], byte[]> compressing;

    PlainKafka(String bootstrapServers) {
        this.client = Map.of("bootstrap.servers", bootstrapServers);
        this.admin = Admin.create(client);
        this.plain = producer("none");
        this.compressing = producer("gzip");
    }

    /// A member of a share group.
    static KafkaShareConsumer<byte[], byte[]> shareConsumer(String bootstrapServers, String group) {
        return new KafkaShareConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "group.id", group),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    Admin admin() {
        return admin;
    }

    /// Writes into partition 0 and waits for the broker.
    RecordMetadata send(
            String topic, byte @Nullable [] key, byte @Nullable [] value, boolean compressed)
            throws Exception {
        return (compressed ? compressing : plain)
                .send(new ProducerRecord<>(topic, 0, key, value))
                .get();
    }

    /// The value of the first record that has one; empty if none has.
    byte[] firstValue(String topic) {
        return all(topic).stream()
                .map(ConsumerRecord::value)
                .filter(value -> value != null)
                .findFirst()
                .orElse(new byte[0]);
    }

    /// What is in the dead letters and says where it came from.
    List<ConsumerRecord<byte[], byte[]>> deadLetters() {
        return all(Topics.DEAD_LETTERS).stream()
                .filter(record -> record.headers().lastHeader(DeadLetters.ORIGIN) != null)
                .toList();
    }

    /// All that is committed just now.
    List<ConsumerRecord<byte[], byte[]>> all(String topic) {
        var properties = new HashMap<>(client);
        properties.put("isolation.level", "read_committed");
        properties.put("enable.auto.commit", false);
        try (var consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(one -> new TopicPartition(topic, one.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            while (partitions.stream()
                    .anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
            return records;
        }
    }

    private KafkaProducer<byte[], byte[]> producer(String compression) {
        var properties = new HashMap<>(client);
        properties.put("compression.type", compression);
        properties.put("max.request.size", MAX_REQUEST_BYTES);
        properties.put("linger.ms", 0);
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void close() {
        plain.close(Duration.ofSeconds(5));
        compressing.close(Duration.ofSeconds(5));
        admin.close(Duration.ofSeconds(5));
    }
}
