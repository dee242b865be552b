package dev.millrace.gateway.commands;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.view.Position;
import dev.millrace.schemas.serde.SchemaUnreachable;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the committed task events from where they end, on a thread of its own, and completes the
/// commands and reports that caused them and the waits for the ends that they are.
///
/// When the consumer breaks, a new one goes on where it stopped, one second later. An event that
/// cannot be read is passed over with a warning: whoever waits for it is told that no outcome came.
final class OutcomeTail implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OutcomeTail.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final int RESTART_SECONDS = 1;

    private final Supplier<Consumer<String, byte[]>> consumers;
    private final Deserializer<Envelope<TaskEvent>> events;
    private final String topic;
    private final PendingCommands pending;
    private final PendingEnds ends;
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable Consumer<String, byte[]> consumer;
    private volatile boolean following;

    OutcomeTail(
            Supplier<Consumer<String, byte[]>> consumers,
            Deserializer<Envelope<TaskEvent>> events,
            String topic,
            PendingCommands pending,
            PendingEnds ends) {
        this.consumers = consumers;
        this.events = events;
        this.topic = topic;
        this.pending = pending;
        this.ends = ends;
        this.thread = Thread.ofPlatform().daemon().name("gateway-outcomes").unstarted(this::run);
    }

    /// Starts; completes once every event that comes from now on will be seen.
    CompletableFuture<Void> start() {
        thread.start();
        return started;
    }

    /// Whether events are being followed just now.
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
                        .setMessage("Following task events was interrupted and goes on shortly")
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
            if (resumed != null) {
                opened.seek(partition, resumed);
            } else {
                opened.seekToEnd(List.of(partition));
                next.put(partition, opened.position(partition));
            }
        }
        following = true;
        started.complete(null);
        while (closing.getCount() > 0) {
            for (var event : opened.poll(POLL)) {
                if (!pending.isEmpty() || !ends.isEmpty()) {
                    settle(event);
                }
                next.put(new TopicPartition(event.topic(), event.partition()), event.offset() + 1);
            }
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

    private void settle(ConsumerRecord<String, byte[]> event) {
        Envelope<TaskEvent> envelope;
        try {
            envelope = events.deserialize(topic, event.value());
        } catch (SchemaUnreachable unreachable) {
            throw unreachable; // the event is sound: a new consumer reads it again
        } catch (SerializationException poison) {
            LOG.atWarn()
                    .setMessage("A task event cannot be read")
                    .addKeyValue(
                            "at", event.topic() + "-" + event.partition() + "@" + event.offset())
                    .addKeyValue("cause", poison.toString())
                    .log();
            return;
        }
        var message = envelope == null ? null : envelope.messageOrNull();
        if (message == null) {
            return;
        }
        var position = Position.at(event.topic(), event.partition(), event.offset());
        var cause = envelope.causation();
        if (cause != null && pending.isAwaited(cause)) {
            pending.complete(cause, outcome(message, position));
        }
        var end = TaskEnd.of(message, position);
        if (end != null) {
            ends.complete(envelope.tenant(), end);
        }
    }

    private static Outcome outcome(TaskEvent event, Position position) {
        return switch (event) {
            case TaskEvent.Started started -> new Outcome.Accepted(position, started.leaseEnds());
            case TaskEvent.LeaseExtended extended ->
                    new Outcome.Accepted(position, extended.leaseEnds());
            case TaskEvent.Submitted _,
                    TaskEvent.Watched _,
                    TaskEvent.DependencyEnded _,
                    TaskEvent.Queued _,
                    TaskEvent.AttemptFailed _,
                    TaskEvent.Succeeded _,
                    TaskEvent.Failed _,
                    TaskEvent.Cancelled _,
                    TaskEvent.Expired _ ->
                    new Outcome.Accepted(position);
            case TaskEvent.Refused(_, _, _, var reason, var detail) ->
                    new Outcome.Refused(position, reason, detail);
        };
    }

    @Override
    public void close() {
        closing.countDown();
        var open = consumer;
        if (open != null) {
            open.wakeup();
        }
        started.completeExceptionally(new SubmissionsUnavailable("the gateway is closing"));
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
