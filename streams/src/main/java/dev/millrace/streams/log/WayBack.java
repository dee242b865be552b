package dev.millrace.streams.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.domain.log.LogPartition;
import dev.millrace.domain.view.Position;
import dev.millrace.schemas.serde.DeadLetters;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.topic.WorkTopics;
import dev.millrace.schemas.topic.Writer;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/// Where the record of a dead letter goes when it is redriven.
sealed interface WayBack {

    /// The header that names the letter.
    String REDRIVEN_FROM = "redriven-from";

    /// Back into the partition it came from.
    record To(ProducerRecord<byte[], byte[]> record) implements WayBack {}

    /// Nowhere.
    ///
    /// @param why for people: the cause and the way out
    record Closed(String why) implements WayBack {}

    /// The way of the record in a letter; null if what stands there is no letter.
    static @Nullable WayBack of(ConsumerRecord<byte[], byte[]> letter) {
        var origin = header(letter, DeadLetters.ORIGIN);
        if (origin == null || header(letter, DeadLetters.CONSUMER) == null) {
            return null;
        }
        var cut = header(letter, DeadLetters.CUT);
        if (cut != null) {
            return new Closed(
                    "only the beginning of the record is here (%s); what is missing is at %s"
                            .formatted(cut, origin));
        }
        var place = place(origin);
        if (place == null) {
            return new Closed(
                    "origin: %s (expected: a topic of the catalogue, %s or a queue of work)"
                            .formatted(origin, Topics.TASK_REQUESTS));
        }
        if (isOnlyDecides(place.topic())) {
            return new Closed(
                    "%s is written by decide alone, and its order is the history of tasks; mend the"
                                    .formatted(place.topic())
                            + " consumer, and let it read the record where it stands, at "
                            + origin);
        }
        return new To(
                new ProducerRecord<>(
                        place.topic(),
                        place.partition(),
                        letter.key(),
                        letter.value(),
                        headers(letter)));
    }

    private static RecordHeaders headers(ConsumerRecord<byte[], byte[]> letter) {
        var ours =
                Set.of(
                        DeadLetters.ORIGIN,
                        DeadLetters.CONSUMER,
                        DeadLetters.CODE,
                        DeadLetters.DETAIL,
                        DeadLetters.CUT,
                        REDRIVEN_FROM);
        var headers = new RecordHeaders();
        for (var header : letter.headers()) {
            if (!ours.contains(header.key())) {
                headers.add(header);
            }
        }
        headers.add(REDRIVEN_FROM, DeadLetters.origin(letter).getBytes(UTF_8));
        return headers;
    }

    private static boolean isOnlyDecides(String topic) {
        var known = Topics.byName(topic);
        return known != null && known.writers().equals(Set.of(Writer.DECIDE));
    }

    /// Where a record stood; null if that is no topic that takes one back.
    private static @Nullable LogPartition place(String origin) {
        try {
            var offsets = Position.parse(origin).offsets();
            if (offsets.size() != 1) {
                return null;
            }
            var place = LogPartition.parse(offsets.firstKey());
            var topic = place.topic();
            return Topics.byName(topic) != null
                            || topic.equals(Topics.TASK_REQUESTS)
                            || WorkTopics.isOne(topic)
                    ? place
                    : null;
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    /// A header as text; null if it is not there.
    static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
    }
}
