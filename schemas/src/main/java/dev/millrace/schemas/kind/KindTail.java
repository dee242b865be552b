package dev.millrace.schemas.kind;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.kind.KindsUnavailable;
import dev.millrace.domain.kind.TaskKindEvent;
import dev.millrace.domain.view.Position;
import dev.millrace.schemas.client.TopicFollower;
import dev.millrace.schemas.serde.SchemaUnreachable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows a topic of kinds from its beginning.
///
/// When the consumer breaks or the registry is silent, the next one goes on where that stopped. A
/// record that cannot be read is passed over with a warning, and so is one whose key names another
/// kind: it may be in another partition than that kind's other records, where nobody could tell
/// which came first. Its dead letter is written beside `decide`, once for all gateways.
final class KindTail implements TopicFollower.Reader<String>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KindTail.class);

    private final Deserializer<Envelope<TaskKindEvent>> events;
    private final String topic;
    private final java.util.function.Consumer<List<Envelope<TaskKindEvent>>> reader;
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
    private final TopicFollower<String> follower;
    private Map<TopicPartition, Long> ends = Map.of();
    private volatile boolean isCaughtUp;
    private volatile Position position = Position.START;

    /// @param reader given what was read, in order within each partition, on the tail's thread
    KindTail(
            Supplier<Consumer<String, byte[]>> consumers,
            Deserializer<Envelope<TaskKindEvent>> events,
            String topic,
            java.util.function.Consumer<List<Envelope<TaskKindEvent>>> reader) {
        this.events = events;
        this.topic = topic;
        this.reader = reader;
        this.follower = new TopicFollower<>("task-kinds", topic, consumers, this);
    }

    /// Starts; completes once all was read that the topic held when it was first reached.
    CompletableFuture<Void> start() {
        follower.start();
        return caughtUp;
    }

    /// Whether all was read that the topic held when it was first reached.
    boolean hasCaughtUp() {
        return isCaughtUp;
    }

    /// How far the topic was read.
    Position position() {
        return position;
    }

    /// Whether the topic is being followed just now.
    boolean isFollowing() {
        return follower.isFollowing();
    }

    @Override
    public void begin(Consumer<String, byte[]> opened, List<TopicPartition> partitions) {
        for (var partition : partitions) {
            var resumed = next.get(partition);
            if (resumed == null) {
                opened.seekToBeginning(List.of(partition));
            } else {
                opened.seek(partition, resumed);
            }
        }
        ends = isCaughtUp ? Map.of() : opened.endOffsets(partitions);
    }

    @Override
    public void following(Consumer<String, byte[]> opened) {
        catchUp(opened);
    }

    @Override
    public void read(ConsumerRecords<String, byte[]> records, Consumer<String, byte[]> opened) {
        read(records);
        catchUp(opened);
    }

    private void catchUp(Consumer<String, byte[]> opened) {
        if (isCaughtUp
                || !ends.entrySet().stream()
                        .allMatch(end -> opened.position(end.getKey()) >= end.getValue())) {
            return;
        }
        isCaughtUp = true;
        caughtUp.complete(null);
    }

    /* Either all records are handed on or, if the registry is silent, none. */
    private void read(ConsumerRecords<String, byte[]> records) {
        var envelopes = new ArrayList<Envelope<TaskKindEvent>>();
        for (var record : records) {
            var envelope = envelope(record);
            if (envelope != null) {
                envelopes.add(envelope);
            }
        }
        var reached = position;
        for (var record : records) {
            reached = reached.with(record.topic(), record.partition(), record.offset());
        }
        position = reached;
        if (!envelopes.isEmpty()) {
            reader.accept(envelopes);
        }
        for (var record : records) {
            next.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
        }
    }

    private @Nullable Envelope<TaskKindEvent> envelope(ConsumerRecord<String, byte[]> record) {
        Envelope<TaskKindEvent> envelope;
        try {
            envelope = events.deserialize(topic, record.value());
        } catch (SchemaUnreachable unreachable) {
            throw unreachable; // the record is sound: a new consumer reads it again
        } catch (SerializationException poison) {
            passOver(record, poison.toString());
            return null;
        }
        if (envelope == null) {
            passOver(record, "value: none (expected: a record)");
            return null;
        }
        var event = envelope.messageOrNull();
        if (event != null && !event.name().equals(record.key())) {
            passOver(record, "key: %s (expected: %s)".formatted(record.key(), event.name()));
            return null;
        }
        return envelope;
    }

    private static void passOver(ConsumerRecord<String, byte[]> record, String why) {
        LOG.atWarn()
                .setMessage("A record of a kind of task counts for nothing")
                .addKeyValue(
                        "at", record.topic() + "-" + record.partition() + "@" + record.offset())
                .addKeyValue("cause", why)
                .log();
    }

    @Override
    public void close() {
        caughtUp.completeExceptionally(new KindsUnavailable("the gateway is closing"));
        follower.close();
    }
}
