package dev.millrace.bench.audit;

import dev.millrace.bench.site.Payload;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Writes ready-made records of the shape of a site's events into an audited topic: a key, a value,
/// and the headers of CloudEvents. Acknowledged by all, idempotent.
///
/// Safe for use by many threads.
final class AuditedRecords implements AutoCloseable {

    /// Where they go.
    static final String TOPIC = Topics.TASK_EVENTS.name();

    /* Made before, so that making them takes nothing from what is measured. */
    private static final int READY_MADE = 1_000;

    private final Producer<byte[], byte[]> producer;
    private final byte[][] values;
    private final byte[][] keys;
    private final List<Header> headers;

    AuditedRecords(String bootstrapServers, Payload payload) {
        this.values = IntStream.range(0, READY_MADE).mapToObj(payload::utf8).toArray(byte[][]::new);
        this.keys =
                IntStream.range(0, READY_MADE)
                        .mapToObj(number -> bytes(new UUID(number, number).toString()))
                        .toArray(byte[][]::new);
        this.headers =
                Map.of(
                                "ce_specversion", "1.0",
                                "ce_id", new UUID(7, 7).toString(),
                                "ce_source", "/sites/12D3KooWBenchBenchBenchBenchBenchBenchBench",
                                "ce_type", "dev.millrace.task.succeeded",
                                "ce_subject", new UUID(8, 8).toString(),
                                "ce_time", "2026-11-27T10:00:00.000000Z",
                                "content-type", "application/avro",
                                "schema-fp", "0".repeat(64))
                        .entrySet()
                        .stream()
                        .<Header>map(one -> new RecordHeader(one.getKey(), bytes(one.getValue())))
                        .toList();
        this.producer =
                new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                bootstrapServers,
                                ProducerConfig.ACKS_CONFIG,
                                "all",
                                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                                true),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    /// All topics that a site's history is of.
    static List<String> topics() {
        return Topics.events().stream().filter(Topic::audited).map(Topic::name).toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Completes once the record is in the log.
    CompletableFuture<Boolean> send(int number) {
        var answer = new CompletableFuture<Boolean>();
        var _ =
                producer.send(
                        new ProducerRecord<>(
                                TOPIC,
                                null,
                                keys[number % READY_MADE],
                                values[number % READY_MADE],
                                headers),
                        (_, failure) -> {
                            if (failure == null) {
                                answer.complete(true);
                            } else {
                                answer.completeExceptionally(failure);
                            }
                        });
        return answer;
    }

    /// Writes so many, as fast as the producer takes them, and waits until they are in the log.
    void fill(int records) {
        var last = IntStream.range(0, records).mapToObj(this::send).reduce((_, next) -> next);
        producer.flush();
        last.ifPresent(CompletableFuture::join);
    }

    @Override
    public void close() {
        producer.close();
    }
}
