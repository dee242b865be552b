package dev.millrace.streams.dispatch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.WorkItem;
import dev.millrace.schemas.client.Causes;
import dev.millrace.schemas.client.SessionLoop;
import dev.millrace.schemas.serde.DeadLetters;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.serde.SchemaUnreachable;
import dev.millrace.schemas.topic.KafkaWorkQueues;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.topic.TopicsNotProvisioned;
import dev.millrace.schemas.topic.WorkTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/// One membership of the group: reads what happened to tasks, writes what is queued, and commits
/// how far it has read once all of that is written.
///
/// After a crash, and where partitions move to another process, what was written in the last tenth
/// of a second is written twice, which workers are prepared for. Confined to one thread, but for
/// [#wakeUp]; what comes out of it has no remedy but a new session, which goes on at the committed
/// offsets.
final class DispatchSession implements SessionLoop.Session {

    private static final Duration POLL_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration COMMIT_EVERY = Duration.ofMillis(100);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
    private static final Set<String> QUEUEING =
            Set.of("dev.millrace.task.submitted", "dev.millrace.task.queued");

    private final Consumer<byte[], byte[]> consumer;
    private final Producer<byte[], byte[]> producer;
    private final EventSerdes serdes;
    private final Deserializer<String> keys;
    private final Deserializer<Envelope<TaskEvent>> events;
    private final Hints hints;
    private final KafkaWorkQueues queues;
    private final Map<TopicPartition, OffsetAndMetadata> written = new HashMap<>();
    private final DispatchMeters meters;
    private final BooleanSupplier paused;
    private final LongSupplier ticker;
    private long committed;

    /// Takes the clients over.
    ///
    /// @param paused whether nothing may be written just now
    /// @param ticker nanoseconds that only grow
    DispatchSession(
            Consumer<byte[], byte[]> consumer,
            Producer<byte[], byte[]> producer,
            EventSerdes serdes,
            Hints hints,
            KafkaWorkQueues queues,
            DispatchMeters meters,
            BooleanSupplier paused,
            LongSupplier ticker) {
        this.consumer = consumer;
        this.producer = producer;
        this.serdes = serdes;
        this.keys = serdes.keysOf(Topics.TASK_EVENTS);
        this.events = serdes.valuesOf(Topics.TASK_EVENTS);
        this.hints = hints;
        this.queues = queues;
        this.meters = meters;
        this.paused = paused;
        this.ticker = ticker;
        this.committed = ticker.getAsLong();
    }

    @Override
    public void open() {
        consumer.subscribe(List.of(Topics.TASK_EVENTS.name()));
    }

    @Override
    public void wakeUp() {
        consumer.wakeup();
    }

    /// Waits up to a second for events, and writes what they queue, unless it is paused.
    @Override
    public void step() throws InterruptedException, TopicsNotProvisioned {
        if (paused.getAsBoolean()) {
            rest();
        } else {
            work();
        }
    }

    /// Takes nothing, but stays in the group. What was read before was written before.
    private void rest() {
        consumer.pause(consumer.assignment());
        try {
            var early = consumer.poll(POLL_TIMEOUT); // of partitions that came just now
            for (var partition : early.partitions()) {
                consumer.seek(partition, early.records(partition).getFirst().offset());
            }
        } finally {
            consumer.resume(consumer.paused());
        }
    }

    private void work() throws InterruptedException, TopicsNotProvisioned {
        var batch = consumer.poll(written.isEmpty() ? POLL_TIMEOUT : COMMIT_EVERY);
        if (!batch.isEmpty()) {
            dispatch(batch);
            written.putAll(batch.nextOffsets());
        }
        long now = ticker.getAsLong();
        if (now - committed >= COMMIT_EVERY.toNanos() && isBehind()) {
            consumer.commitAsync(Map.copyOf(written), null);
            written.clear();
            committed = now;
        }
    }

    /// Whether something is left to commit. What another has by now is the other's to commit.
    private boolean isBehind() {
        written.keySet().retainAll(consumer.assignment());
        return !written.isEmpty();
    }

    private void dispatch(ConsumerRecords<byte[], byte[]> batch)
            throws InterruptedException, TopicsNotProvisioned {
        var sent = new ArrayList<Sent>();
        for (var record : batch) {
            if (mayQueue(record)) {
                dispatch(record, sent);
            }
        }
        producer.flush();
        for (var one : sent) {
            await(one);
        }
    }

    private void dispatch(ConsumerRecord<byte[], byte[]> record, List<Sent> sent)
            throws InterruptedException, TopicsNotProvisioned {
        @Nullable Envelope<WorkItem> hint;
        try {
            var _ = keys.deserialize(record.topic(), record.key());
            hint = hints.of(events.deserialize(record.topic(), record.value()));
        } catch (SchemaUnreachable passing) {
            throw passing;
        } catch (SerializationException poison) {
            var cause = new Failure("unreadable", String.valueOf(poison.getMessage()));
            var letter = DeadLetters.of(record, cause, Dispatcher.GROUP);
            sent.add(new Sent(null, record.timestamp(), producer.send(letter)));
            return;
        }
        if (hint == null) {
            return;
        }
        var item = hint.messageOrNull();
        if (item != null) {
            queues.provide(item.kind());
            sent.add(new Sent(item.kind(), record.timestamp(), producer.send(work(hint, item))));
        }
    }

    /// Goes by the type in the headers, where there is one, so that most events need not be read.
    private static boolean mayQueue(ConsumerRecord<byte[], byte[]> record) {
        var type = record.headers().lastHeader("ce_type");
        return type == null || QUEUEING.contains(new String(type.value(), UTF_8));
    }

    private ProducerRecord<byte[], byte[]> work(Envelope<WorkItem> hint, WorkItem item) {
        var queue = WorkTopics.of(item.kind(), item.terms().priority());
        var headers = new RecordHeaders();
        var value = serdes.of(queue).serializer().serialize(queue.name(), headers, hint);
        var key = item.task().toString();
        int partition = queue.partition(key, producer.partitionsFor(queue.name()).size());
        return new ProducerRecord<>(queue.name(), partition, key.getBytes(UTF_8), value, headers);
    }

    private void await(Sent sent) throws InterruptedException {
        try {
            var _ = sent.written.get();
            if (sent.kind != null) {
                meters.handedOut(sent.timestamp);
            }
        } catch (ExecutionException failure) {
            if (sent.kind != null) {
                queues.doubt(sent.kind);
            }
            throw Causes.ofKafka(failure);
        }
    }

    @Override
    public void close() {
        try {
            producer.close(CLOSE_TIMEOUT);
            if (isBehind()) {
                consumer.commitSync(written, CLOSE_TIMEOUT);
            }
        } catch (KafkaException unreachable) {
            // As after a crash.
        } finally {
            consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
        }
    }

    /// Something that is being written.
    ///
    /// @param kind of the work; null for a dead letter
    /// @param timestamp of the event it is written for
    private record Sent(@Nullable String kind, long timestamp, Future<RecordMetadata> written) {}
}
