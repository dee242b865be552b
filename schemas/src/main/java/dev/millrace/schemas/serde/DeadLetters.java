package dev.millrace.schemas.serde;

import dev.millrace.domain.event.Digest;
import dev.millrace.domain.task.Failure;
import dev.millrace.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/// Dead letters: records that a consumer could not read, kept as the bytes they were.
///
/// Each consumer that passes over a record says so in a letter of its own: one may be able to read
/// what another cannot. [#ORIGIN] and [#CONSUMER] together name a letter; a second one that has the
/// same two is a repeat.
///
/// A letter always fits its topic. Of a record that would not, for it was larger than
/// [#MOST_WHOLE_BYTES] once unpacked, the beginning is kept, and [#CUT] says what is missing.
public final class DeadLetters {

    /// Where the record stood: `topic-partition@offset`.
    public static final String ORIGIN = "dead-letter-origin";

    /// Who passed over it: a consumer group, or the name of a reader that has none.
    public static final String CONSUMER = "dead-letter-consumer";

    /// Why it could not be read, for programs.
    public static final String CODE = "dead-letter-code";

    /// Why it could not be read, for people; at most 1,000 characters.
    public static final String DETAIL = "dead-letter-detail";

    /// What was cut off, each part's whole length and digest; absent if nothing was.
    public static final String CUT = "dead-letter-cut";

    /// The largest record kept whole: its key, value and headers together.
    public static final int MOST_WHOLE_BYTES = Topics.MAX_DEAD_LETTER_BYTES - 64 * 1024;

    /// How much of a value is kept of a record that is larger.
    static final int VALUE_BYTES_KEPT = 1 << 20;

    /// How much of a key, and how much of all headers together.
    static final int KEY_OR_HEADER_BYTES_KEPT = 64 * 1024;

    private static final int MOST_DETAIL = 1_000;

    /* What Kafka adds to a header, at most: two lengths. */
    private static final int HEADER_OVERHEAD = 10;

    private DeadLetters() {}

    /// The dead letter of a record: its key, value and headers, and a few headers more. It has no
    /// partition, so its key chooses one.
    ///
    /// @param consumer who writes it, see [#CONSUMER]
    public static ProducerRecord<byte[], byte[]> of(
            ConsumerRecord<byte[], byte[]> poison, Failure cause, String consumer) {
        var key = poison.key();
        var value = poison.value();
        var headers = new RecordHeaders(poison.headers());
        if (length(key) + length(value) + length(poison.headers()) > MOST_WHOLE_BYTES) {
            var cuts = new ArrayList<String>();
            key = cut("key", key, KEY_OR_HEADER_BYTES_KEPT, cuts);
            value = cut("value", value, VALUE_BYTES_KEPT, cuts);
            headers = cut(poison.headers(), cuts);
            replace(headers, CUT, String.join("; ", cuts));
        }
        replace(headers, ORIGIN, origin(poison));
        replace(headers, CONSUMER, consumer);
        replace(headers, CODE, cause.code());
        replace(headers, DETAIL, shortened(cause.detail()));
        return new ProducerRecord<>(Topics.DEAD_LETTERS, null, key, value, headers);
    }

    /// Where a record stands: `topic-partition@offset`.
    public static String origin(ConsumerRecord<?, ?> record) {
        return "%s-%d@%d".formatted(record.topic(), record.partition(), record.offset());
    }

    private static byte @Nullable [] cut(
            String part, byte @Nullable [] bytes, int kept, List<String> cuts) {
        if (bytes == null || bytes.length <= kept) {
            return bytes;
        }
        cuts.add("%s: %d bytes, sha256 %s".formatted(part, bytes.length, Digest.of(bytes).hex()));
        return Arrays.copyOf(bytes, kept);
    }

    private static RecordHeaders cut(Headers all, List<String> cuts) {
        var kept = new RecordHeaders();
        long bytes = 0;
        int dropped = 0;
        for (var header : all) {
            bytes += length(header);
            if (bytes <= KEY_OR_HEADER_BYTES_KEPT) {
                kept.add(header);
            } else {
                dropped++;
            }
        }
        if (dropped > 0) {
            cuts.add("headers: the last " + dropped);
        }
        return kept;
    }

    private static long length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static long length(Headers headers) {
        long bytes = 0;
        for (var header : headers) {
            bytes += length(header);
        }
        return bytes;
    }

    private static long length(Header header) {
        return HEADER_OVERHEAD
                + header.key().getBytes(StandardCharsets.UTF_8).length
                + length(header.value());
    }

    private static String shortened(String detail) {
        return detail.length() <= MOST_DETAIL ? detail : detail.substring(0, MOST_DETAIL);
    }

    private static void replace(Headers headers, String name, String value) {
        headers.remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
