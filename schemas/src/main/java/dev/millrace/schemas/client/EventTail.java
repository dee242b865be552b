package dev.millrace.schemas.client;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.view.Position;
import dev.millrace.schemas.serde.DeadLetters;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.serde.SchemaUnreachable;
import dev.millrace.schemas.topic.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows a small topic of events from its beginning, without a group.
///
/// When the consumer breaks or the registry is silent, the next one goes on where that stopped. A
/// record that cannot be read is passed over with a warning, and so is one whose key names
/// something else than the record is about: it may be in another partition than the other records
/// of that, where nobody could tell which came first. Its dead letter is written beside `decide`,
/// once for all who follow the topic.
///
/// @param <P> what the topic's records say
public final class EventTail<P extends Message>
        implements TopicFollower.Reader<String>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventTail.class);

    private static final int API_TIMEOUT_MILLIS = 10_000;

    private final Deserializer<Envelope<P>> events;
    private final Topic<P> topic;
    private final Function<P, String> key;
    private final java.util.function.Consumer<List<Envelope<P>>> reader;
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
    private final TopicFollower<String> follower;
    private Map<TopicPartition, Long> ends = Map.of();
    private volatile boolean isCaughtUp;
    private volatile Position position = Position.START;

    /// @param name of the thread
    /// @param key of the record that says something
    /// @param reader given what was read, in order within each partition, on the tail's thread
    public EventTail(
            String name,
            Topic<P> topic,
            Supplier<Consumer<String, byte[]>> consumers,
            EventSerdes serdes,
            Function<P, String> key,
            java.util.function.Consumer<List<Envelope<P>>> reader) {
        this.events = serdes.of(topic).deserializer();
        this.topic = topic;
        this.key = key;
        this.reader = reader;
        this.follower = new TopicFollower<>(name, topic.name(), consumers, this);
    }

    /// How such consumers are made: they read all that is committed.
    ///
    /// @param kafka how to reach the brokers: `bootstrap.servers` and security
    public static Supplier<Consumer<String, byte[]>> consumers(
            Map<String, Object> kafka, String clientId) {
        var properties = new HashMap<>(kafka);
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, API_TIMEOUT_MILLIS);
        // Reading it all again changes nothing: such topics are folded idempotently.
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return () ->
                new KafkaConsumer<>(
                        properties, new StringDeserializer(), new ByteArrayDeserializer());
    }

    /// Starts; completes once all was read that the topic held when it was first reached.
    public CompletableFuture<Void> start() {
        follower.start();
        return caughtUp;
    }

    /// Whether all was read that the topic held when it was first reached.
    public boolean hasCaughtUp() {
        return isCaughtUp;
    }

    /// How far the topic was read.
    public Position position() {
        return position;
    }

    /// Whether the topic is being followed just now.
    public boolean isFollowing() {
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
        var envelopes = new ArrayList<Envelope<P>>();
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

    private @Nullable Envelope<P> envelope(ConsumerRecord<String, byte[]> record) {
        Envelope<P> envelope;
        try {
            envelope = events.deserialize(topic.name(), record.value());
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
        if (event != null && !key.apply(event).equals(record.key())) {
            passOver(record, "key: %s (expected: %s)".formatted(record.key(), key.apply(event)));
            return null;
        }
        return envelope;
    }

    private static void passOver(ConsumerRecord<String, byte[]> record, String why) {
        LOG.atWarn()
                .setMessage("A record counts for nothing")
                .addKeyValue("at", DeadLetters.origin(record))
                .addKeyValue("cause", why)
                .log();
    }

    /// Stops; whoever waits for the end of the start hears of a [CancellationException].
    @Override
    public void close() {
        caughtUp.cancel(false);
        follower.close();
    }
}
