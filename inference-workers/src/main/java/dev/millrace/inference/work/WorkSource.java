package dev.millrace.inference.work;

import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.Priority;
import dev.millrace.domain.task.WorkItem;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.serde.LastingFailure;
import dev.millrace.schemas.serde.SchemaUnreachable;
import dev.millrace.schemas.topic.KafkaWorkQueues;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.WorkTopics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes the work of one kind and priority out of its queue, on a thread of its own.
///
/// Reads only when there is a slot, and reads on once what it read is settled: done, or claimed.
/// What takes its time until then stays locked for this worker. While the broker is away it tries
/// again each second.
final class WorkSource implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WorkSource.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration CLOSE = Duration.ofSeconds(5);

    /// How often what is not settled is locked anew.
    static final Duration RENEW = Duration.ofMillis(KafkaWorkQueues.LOCK_MILLIS / 3);

    private static final long RESTART_MILLIS = 1_000;
    private static final long CLOSE_MILLIS = 10_000;

    /* How soon it is seen that a pause is over. */
    private static final long REST_MILLIS = 200;

    /// An item that waited longer in its queue may be over by now.
    private static final long FRESH_MILLIS = 5_000;

    private final Supplier<ShareConsumer<byte[], byte[]>> consumers;
    private final Topic<WorkItem> queue;
    private final Deserializer<Envelope<WorkItem>> items;
    private final Performer<?, ?> performer;
    private final Holdings holdings;
    private final Supplier<@Nullable Duration> following;
    private final Reports reports;
    private final BlobStore blobs;
    private final Executor threads;
    private final InstantSource clock;
    private final Duration renew;
    private final Thread thread;
    private final CompletableFuture<@Nullable Void> stopped = new CompletableFuture<>();
    private volatile @Nullable ShareConsumer<byte[], byte[]> consumer;
    private volatile boolean closing;
    private volatile boolean joined;
    private volatile boolean paused;

    /// @param following for how long no signal was missed; null if some may be missed just now
    /// @param renew how often what is not settled is locked anew
    WorkSource(
            Supplier<ShareConsumer<byte[], byte[]>> consumers,
            Priority priority,
            EventSerdes serdes,
            Performer<?, ?> performer,
            Holdings holdings,
            Supplier<@Nullable Duration> following,
            Reports reports,
            BlobStore blobs,
            Executor threads,
            InstantSource clock,
            Duration renew) {
        this.consumers = consumers;
        this.queue = WorkTopics.of(performer.kind().name(), priority);
        this.items = serdes.valuesOf(queue);
        this.performer = performer;
        this.holdings = holdings;
        this.following = following;
        this.reports = reports;
        this.blobs = blobs;
        this.threads = threads;
        this.clock = clock;
        this.renew = renew;
        this.thread =
                Thread.ofPlatform().daemon().name("work-" + queue.name()).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    boolean isReady() {
        return joined;
    }

    /// Completes when it has stopped: with the cause if it cannot go on.
    CompletableFuture<@Nullable Void> stopped() {
        return stopped;
    }

    /// Takes no more work from now on.
    void drain() {
        closing = true;
        var open = consumer;
        if (open != null) {
            open.wakeup();
        }
    }

    /// Takes no more work until [#resume]. What comes with a look at what was begun goes back.
    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
    }

    private void run() {
        try {
            while (!closing) {
                try (var opened = new Closing(consumers.get())) {
                    consumer = opened.consumer;
                    opened.consumer.subscribe(List.of(queue.name()));
                    joined = true;
                    serve(opened.consumer);
                } catch (KafkaException failure) {
                    if (LastingFailure.is(failure)) {
                        throw failure;
                    }
                    report(failure);
                    Thread.sleep(RESTART_MILLIS);
                } finally {
                    joined = false;
                    consumer = null;
                }
            }
            stopped.complete(null);
        } catch (InterruptedException interrupted) {
            stopped.complete(null);
        } catch (RuntimeException | Error failure) {
            LOG.atError()
                    .setMessage("Work cannot be taken any more")
                    .addKeyValue("queue", queue.name())
                    .setCause(failure)
                    .log();
            stopped.completeExceptionally(failure);
        }
    }

    private void report(KafkaException failure) {
        LOG.atWarn()
                .setMessage("Taking work was interrupted and goes on shortly")
                .addKeyValue("queue", queue.name())
                .addKeyValue("cause", String.valueOf(failure.getMessage()))
                .log();
    }

    private void serve(ShareConsumer<byte[], byte[]> opened) throws InterruptedException {
        var open = new HashMap<Place, Open>();
        while (!closing || !open.isEmpty()) {
            if (paused && open.isEmpty()) {
                Thread.sleep(REST_MILLIS);
                continue;
            }
            if (open.isEmpty() && !performer.slots().awaitFree(POLL)) {
                continue;
            }
            var locked = new HashMap<Place, ConsumerRecord<byte[], byte[]>>();
            for (var record : poll(opened, open.isEmpty() ? POLL : LOOK)) {
                var place = new Place(record.partition(), record.offset());
                locked.put(place, record);
                var before = open.get(place);
                open.put(place, Open.seen(before == null ? begin(record) : before.settled));
            }
            settle(open);
            acknowledge(opened, open, locked);
        }
    }

    /// What is there; nothing if this is being closed.
    private static Iterable<ConsumerRecord<byte[], byte[]>> poll(
            ShareConsumer<byte[], byte[]> opened, Duration most) {
        try {
            return opened.poll(most);
        } catch (WakeupException closed) {
            return List.of();
        }
    }

    /// Waits until all is settled, or it is time to lock anew what is not.
    private void settle(Map<Place, Open> open) throws InterruptedException {
        try {
            CompletableFuture.allOf(
                            open.values().stream()
                                    .map(Open::settled)
                                    .toArray(CompletableFuture[]::new))
                    .get(renew.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException notAll) {
            // Each speaks for itself below.
        }
    }

    /// Acknowledges what is locked. What is settled while it is not comes again shortly, or belongs
    /// to another by now.
    private static void acknowledge(
            ShareConsumer<byte[], byte[]> opened,
            Map<Place, Open> open,
            Map<Place, ConsumerRecord<byte[], byte[]>> locked) {
        locked.forEach((place, record) -> {
            var held = open.get(place);
            var type =
                    held == null
                            ? AcknowledgeType.RELEASE
                            : held.settled.getNow(AcknowledgeType.RENEW);
            opened.acknowledge(record, type);
            if (type != AcknowledgeType.RENEW) {
                open.remove(place);
            }
        });
        open.values().removeIf(Open::isLost);
        if (!locked.isEmpty()) {
            opened.commitAsync();
        }
    }

    private CompletableFuture<AcknowledgeType> begin(ConsumerRecord<byte[], byte[]> record) {
        Envelope<WorkItem> envelope;
        try {
            envelope = items.deserialize(queue.name(), record.value());
        } catch (SchemaUnreachable passing) {
            return CompletableFuture.completedFuture(AcknowledgeType.RELEASE);
        } catch (SerializationException poison) {
            return putAside(record, String.valueOf(poison.getMessage()));
        }
        var item = envelope.messageOrNull();
        if (item == null) {
            return putAside(record, "it is sealed or of a newer version");
        }
        if (closing || paused) {
            return CompletableFuture.completedFuture(AcknowledgeType.RELEASE);
        }
        var held = new Held(envelope, item, blobs);
        if (holdings.isWithdrawn(item) || !holdings.take(held)) {
            return CompletableFuture.completedFuture(AcknowledgeType.ACCEPT);
        }
        boolean isDoubtful = holdings.isSpent(item) || isDoubtful(record);
        threads.execute(() -> performer.perform(held, isDoubtful));
        return held.settled();
    }

    /// Whether the work may be another's by now, or over: whatever was handed out before, or waited
    /// for longer than signals were followed.
    private boolean isDoubtful(ConsumerRecord<byte[], byte[]> record) {
        long age = clock.millis() - record.timestamp();
        var followed = following.get();
        return record.deliveryCount().orElse((short) 1) > 1
                || age > FRESH_MILLIS
                || followed == null
                || followed.toMillis() < age;
    }

    private CompletableFuture<AcknowledgeType> putAside(
            ConsumerRecord<byte[], byte[]> poison, String cause) {
        return reports.putAside(poison, cause, WorkTopics.group(performer.kind().name()))
                .handle((_, failure) ->
                        failure == null ? AcknowledgeType.REJECT : AcknowledgeType.RELEASE);
    }

    /// Stops within ten seconds.
    @Override
    public void close() {
        drain();
        try {
            if (!thread.join(Duration.ofMillis(CLOSE_MILLIS))) {
                thread.interrupt();
            }
        } catch (InterruptedException stoppedToo) {
            Thread.currentThread().interrupt();
        }
    }

    /// Where an item stands in its queue.
    private record Place(int partition, long offset) {}

    /// An item that is not acknowledged for good.
    ///
    /// @param seenNanos when it was last locked, by [System#nanoTime]
    private record Open(CompletableFuture<AcknowledgeType> settled, long seenNanos) {

        private static final long LOST_NANOS = TimeUnit.SECONDS.toNanos(5);

        static Open seen(CompletableFuture<AcknowledgeType> settled) {
            return new Open(settled, System.nanoTime());
        }

        /// Whether there is nothing left to do about it.
        boolean isLost() {
            return settled.isDone() && System.nanoTime() - seenNanos > LOST_NANOS;
        }
    }

    /// Closes a consumer in bounded time.
    private record Closing(ShareConsumer<byte[], byte[]> consumer) implements AutoCloseable {
        @Override
        public void close() {
            consumer.close(CLOSE);
        }
    }
}
