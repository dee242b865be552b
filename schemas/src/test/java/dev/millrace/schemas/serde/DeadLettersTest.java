package dev.millrace.schemas.serde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Digest;
import dev.millrace.domain.task.Failure;
import dev.millrace.schemas.topic.Topics;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeadLettersTest {

    private static final Failure CAUSE = new Failure("unreadable", "magic byte: 9");
    private static final byte[] KEY = "key".getBytes(UTF_8);

    @Test
    void aDeadLetterKeepsTheBytesAndSaysWhereTheyCameFrom() {
        var poison = record(KEY, new byte[9]);
        poison.headers().add("ce_id", "x".getBytes(UTF_8));

        var letter = DeadLetters.of(poison, CAUSE, "readers");

        assertThat(letter.topic()).isEqualTo(Topics.DEAD_LETTERS);
        assertThat(letter.partition()).isNull();
        assertThat(letter.key()).isEqualTo(KEY);
        assertThat(letter.value()).isEqualTo(new byte[9]);
        assertThat(texts(letter.headers()))
                .isEqualTo(
                        Map.of(
                                "ce_id", "x",
                                "dead-letter-origin", "millrace.chunks-2@41",
                                "dead-letter-consumer", "readers",
                                "dead-letter-code", "unreadable",
                                "dead-letter-detail", "magic byte: 9"));
        assertThat(poison.headers().toArray()).hasSize(1);
    }

    @Test
    void whatIsNotThereIsNotMadeUp() {
        var letter = DeadLetters.of(record(null, null), CAUSE, "readers");

        assertThat(letter.key()).isNull();
        assertThat(letter.value()).isNull();
    }

    @Test
    void theLargestWholeRecordFitsTheTopic() {
        var poison = record(KEY, noise(DeadLetters.MOST_WHOLE_BYTES - KEY.length));

        var letter =
                DeadLetters.of(poison, new Failure("unreadable", "x".repeat(5_000)), "readers");

        assertThat(letter.value()).isEqualTo(poison.value());
        assertThat(letter.headers().lastHeader(DeadLetters.CUT)).isNull();
        assertThat(texts(letter.headers()).get(DeadLetters.DETAIL)).hasSize(1_000);
        assertThat(batchBytes(letter)).isLessThanOrEqualTo(Topics.MAX_DEAD_LETTER_BYTES);
    }

    @Test
    void aLargerRecordIsCutAndSaysWhatWasCutOff() {
        var value = noise(3 << 20);
        var poison = record(KEY, value);

        var letter = DeadLetters.of(poison, CAUSE, "readers");

        assertThat(letter.key()).isEqualTo(KEY);
        assertThat(letter.value()).isEqualTo(Arrays.copyOf(value, DeadLetters.VALUE_BYTES_KEPT));
        assertThat(texts(letter.headers()).get(DeadLetters.CUT))
                .isEqualTo("value: 3145728 bytes, sha256 " + Digest.of(value).hex());
    }

    @Test
    void aRecordThatIsLargeEverywhereFitsToo() {
        var poison = record(noise(4 << 20), noise(4 << 20));
        for (int i = 0; i < 100; i++) {
            poison.headers().add("h" + i, noise(16 << 10));
        }

        var letter = DeadLetters.of(poison, CAUSE, "readers");

        assertThat(batchBytes(letter)).isLessThanOrEqualTo(Topics.MAX_DEAD_LETTER_BYTES);
        assertThat(letter.key()).hasSize(DeadLetters.KEY_OR_HEADER_BYTES_KEPT);
        assertThat(letter.headers().lastHeader("h0")).isNotNull();
        assertThat(texts(letter.headers()).get(DeadLetters.CUT))
                .contains("key: 4194304 bytes")
                .contains("value: 4194304 bytes")
                .contains("headers: the last 97");
    }

    /// What the letter takes as a batch of its own.
    private static int batchBytes(ProducerRecord<byte[], byte[]> letter) {
        var headers = letter.headers().toArray();
        return DefaultRecordBatch.sizeInBytes(
                List.of(new SimpleRecord(0L, letter.key(), letter.value(), headers)));
    }

    private static ConsumerRecord<byte[], byte[]> record(
            byte @Nullable [] key, byte @Nullable [] value) {
        return new ConsumerRecord<>("millrace.chunks", 2, 41, key, value);
    }

    private static byte[] noise(int bytes) {
        var noise = new byte[bytes];
        new Random(bytes).nextBytes(noise);
        return noise;
    }

    private static Map<String, String> texts(Headers headers) {
        var texts = new TreeMap<String, String>();
        headers.forEach(header -> texts.put(header.key(), new String(header.value(), UTF_8)));
        return texts;
    }
}
