package dev.millrace.schemas.serde;

import dev.millrace.domain.task.Failure;
import dev.millrace.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/// Dead letters: records that could not be read, kept as the bytes they were.
public final class DeadLetters {

    /// Where the record stood: `topic-partition@offset`.
    public static final String ORIGIN = "dead-letter-origin";

    /// Why it could not be read, for programs.
    public static final String CODE = "dead-letter-code";

    /// Why it could not be read, for people.
    public static final String DETAIL = "dead-letter-detail";

    private DeadLetters() {}

    /// The dead letter of a record: its key, value and headers, and three headers more. It has no
    /// partition, so its key chooses one.
    public static ProducerRecord<byte[], byte[]> of(
            ConsumerRecord<byte[], byte[]> poison, Failure cause) {
        var headers = new RecordHeaders(poison.headers());
        var origin = "%s-%d@%d".formatted(poison.topic(), poison.partition(), poison.offset());
        replace(headers, ORIGIN, origin);
        replace(headers, CODE, cause.code());
        replace(headers, DETAIL, cause.detail());
        return new ProducerRecord<>(
                Topics.DEAD_LETTERS, null, poison.key(), poison.value(), headers);
    }

    private static void replace(Headers headers, String name, String value) {
        headers.remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
