package dev.millrace.gateway.commands;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.view.Position;
import dev.millrace.schemas.client.TopicFollower;
import dev.millrace.schemas.serde.DeadLetters;
import dev.millrace.schemas.serde.SchemaUnreachable;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the committed task events from where they end, and completes the commands and reports
/// that caused them and the waits for the ends that they are.
///
/// When the consumer breaks, the next one goes on where that stopped. An event that cannot be read
/// is passed over with a warning: whoever waits for it is told that no outcome came.
final class OutcomeTail implements TopicFollower.Reader<String>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OutcomeTail.class);

    private final Deserializer<Envelope<TaskEvent>> events;
    private final String topic;
    private final PendingCommands pending;
    private final PendingEnds ends;
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private final TopicFollower<String> follower;

    OutcomeTail(
            Supplier<Consumer<String, byte[]>> consumers,
            Deserializer<Envelope<TaskEvent>> events,
            String topic,
            PendingCommands pending,
            PendingEnds ends) {
        this.events = events;
        this.topic = topic;
        this.pending = pending;
        this.ends = ends;
        this.follower = new TopicFollower<>("gateway-outcomes", topic, consumers, this);
    }

    /// Starts; completes once every event that comes from now on will be seen.
    CompletableFuture<Void> start() {
        follower.start();
        return started;
    }

    /// Whether events are being followed just now.
    boolean isFollowing() {
        return follower.isFollowing();
    }

    @Override
    public void begin(Consumer<String, byte[]> opened, List<TopicPartition> partitions) {
        for (var partition : partitions) {
            var resumed = next.get(partition);
            if (resumed != null) {
                opened.seek(partition, resumed);
            } else {
                opened.seekToEnd(List.of(partition));
                next.put(partition, opened.position(partition));
            }
        }
    }

    @Override
    public void following(Consumer<String, byte[]> opened) {
        started.complete(null);
    }

    @Override
    public void read(ConsumerRecords<String, byte[]> records, Consumer<String, byte[]> opened) {
        if (!records.isEmpty()) {
            pending.decided();
        }
        for (var event : records) {
            if (!pending.isEmpty() || !ends.isEmpty()) {
                settle(event);
            }
            next.put(new TopicPartition(event.topic(), event.partition()), event.offset() + 1);
        }
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
                    .addKeyValue("at", DeadLetters.origin(event))
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
        started.completeExceptionally(new SubmissionsUnavailable("the gateway is closing"));
        follower.close();
    }
}
