package dev.millrace.schemas.kind;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.kind.KindsUnavailable;
import dev.millrace.domain.kind.TaskKindEvent;
import dev.millrace.schemas.serde.SchemaUnreachable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows a topic of kinds from its beginning, all partitions of it, on a thread of its own.
///
/// When the consumer breaks or the registry is silent, a new consumer goes on where the last one
/// stopped, one second later. A record that cannot be read is passed over with a warning, and so is
/// one whose key names another kind: it may be in another partition than that kind's other records,
/// where nobody could tell which came first.
final class KindTail implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KindTail.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final int RESTART_SECONDS = 1;

    private final Supplier<Consumer<String, byte[]>> consumers;
    private final Deserializer<Envelope<TaskKindEvent>> events;
    private final String topic;
    private final java.util.function.Consumer<List<Envelope<TaskKindEvent>>> reader;
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable Consumer<String, byte[]> consumer;
    private volatile boolean following;
    private volatile boolean isCaughtUp;

    /// @param reader given what was read, in order within each partition, on the tail's thread
    KindTail(
            Supplier<Consumer<String, byte[]>> consumers,
            Deserializer<Envelope<TaskKindEvent>> events,
            String topic,
            java.util.function.Consumer<List<Envelope<TaskKindEvent>>> reader) {
        this.consumers = consumers;
        this.events = events;
        this.topic = topic;
        this.reader = reader;
        this.thread = Thread.ofPlatform().daemon().name("task-kinds").unstarted(this::run);
    }

    /// Starts; completes once all was read that the topic held when it was first reached.
    CompletableFuture<Void> start() {
        thread.start();
        return caughtUp;
    }

    /// Whether all was read that the topic held when it was first reached.
    boolean hasCaughtUp() {
        return isCaughtUp;
    }

    /// Whether the topic is being followed just now.
    boolean isFollowing() {
        return following;
    }

    private void run() {
        while (closing.getCount() > 0) {
            try (var opened = consumers.get()) {
                consumer = opened;
                follow(opened);
            } catch (WakeupException closed) {
                break;
            } catch (RuntimeException | Error broken) { // the top of a thread that must not end
                LOG.atWarn()
                        .setMessage("Following the kinds of task was interrupted; goes on shortly")
                        .addKeyValue("topic", topic)
                        .addKeyValue("cause", broken.toString())
                        .log();
            } finally {
                following = false;
                consumer = null;
            }
            try {
                var _ = closing.await(RESTART_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void follow(Consumer<String, byte[]> opened) {
        var partitions = partitions(opened);
        opened.assign(partitions);
        for (var partition : partitions) {
            var resumed = next.get(partition);
            if (resumed == null) {
                opened.seekToBeginning(List.of(partition));
            } else {
                opened.seek(partition, resumed);
            }
        }
        var ends = isCaughtUp ? Map.<TopicPartition, Long>of() : opened.endOffsets(partitions);
        following = true;
        catchUpWith(ends, opened);
        while (closing.getCount() > 0) {
            read(opened.poll(POLL));
            catchUpWith(ends, opened);
        }
    }

    private List<TopicPartition> partitions(Consumer<String, byte[]> opened) {
        var partitions =
                opened.partitionsFor(topic).stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
        if (partitions.isEmpty()) {
            throw new KafkaException(topic + ": no partitions (expected: a provisioned topic)");
        }
        return partitions;
    }

    private void catchUpWith(Map<TopicPartition, Long> ends, Consumer<String, byte[]> opened) {
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
        closing.countDown();
        var open = consumer;
        if (open != null) {
            open.wakeup();
        }
        caughtUp.completeExceptionally(new KindsUnavailable("the gateway is closing"));
        if (!thread.isAlive()) {
            return;
        }
        try {
            thread.join(CLOSE);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
