package dev.millrace.streams.dispatch;

import dev.millrace.domain.event.Site;
import dev.millrace.domain.task.ClaimKey;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.serde.LastingFailure;
import dev.millrace.schemas.topic.KafkaWorkQueues;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.topic.TopicsNotProvisioned;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands queued tasks out: reads what happened to tasks, and writes each attempt that may begin
/// into the queue of its kind and priority.
///
/// ```
/// task-events ──▶ submitted, queued? ──▶ work.<kind>.<priority>   (made if it is missing)
/// ```
///
/// It is not a part of `decide`, so that a queue that is full, slow or gone holds up no decision.
/// What is lost here, or with a queue, `decide` queues once more. While the broker or the registry
/// is away it tries again each second. Dispatchers of several processes share the partitions.
///
/// Safe for use by many threads; the work is done by one thread of its own.
public final class Dispatcher implements AutoCloseable {

    static final String GROUP = "millrace-dispatch";

    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final long RESTART_MILLIS = 1_000;
    private static final long CLOSE_MILLIS = 15_000;
    private static final int MOST_EVENTS = 1_000;
    private static final int MAX_BLOCK_MILLIS = 5_000;
    private static final int REQUEST_TIMEOUT_MILLIS = 5_000;
    private static final int DELIVERY_TIMEOUT_MILLIS = 10_000;

    private final Supplier<DispatchSession> sessions;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CompletableFuture<@Nullable Void> stopped = new CompletableFuture<>();
    private volatile @Nullable DispatchSession session;
    private volatile boolean joined;

    /// @param kafka where the cluster is and how to log in to it
    /// @param claims makes the claim tokens
    /// @param queues makes the queues that are missing
    /// @param site in whose name work is handed out
    /// @param instance names this process
    public Dispatcher(
            Map<String, Object> kafka,
            EventSerdes serdes,
            ClaimKey claims,
            KafkaWorkQueues queues,
            Site site,
            String instance) {
        this(sessions(kafka, serdes, new Hints(claims, site), queues, instance));
    }

    Dispatcher(Supplier<DispatchSession> sessions) {
        this.sessions = sessions;
        this.thread = Thread.ofPlatform().daemon().name("dispatch").unstarted(this::run);
    }

    /// Begins, in the background.
    public void start() {
        thread.start();
    }

    /// Whether what is queued now is handed out now.
    public boolean isReady() {
        return joined;
    }

    /// Completes when it has stopped: with nothing after [#close], with the cause if it cannot go
    /// on.
    public CompletionStage<@Nullable Void> stopped() {
        return stopped.minimalCompletionStage();
    }

    private void run() {
        try {
            while (closing.getCount() > 0) {
                try {
                    serve();
                } catch (KafkaException | TopicsNotProvisioned failure) {
                    if (closing.getCount() == 0) {
                        break;
                    }
                    if (failure instanceof KafkaException kafka && LastingFailure.is(kafka)) {
                        throw kafka;
                    }
                    LOG.atWarn()
                            .setMessage("Handing out tasks was interrupted and goes on shortly")
                            .addKeyValue("cause", String.valueOf(failure.getMessage()))
                            .log();
                    var _ = closing.await(RESTART_MILLIS, TimeUnit.MILLISECONDS);
                }
            }
            stopped.complete(null);
        } catch (InterruptedException interrupted) {
            stopped.complete(null);
        } catch (RuntimeException | Error failure) {
            LOG.atError().setMessage("Tasks cannot be handed out any more").setCause(failure).log();
            stopped.completeExceptionally(failure);
        } finally {
            joined = false;
        }
    }

    private void serve() throws InterruptedException, TopicsNotProvisioned {
        try (var opened = sessions.get()) {
            session = opened;
            opened.open();
            joined = true;
            while (closing.getCount() > 0) {
                var _ = opened.step();
            }
        } finally {
            joined = false;
            session = null;
        }
    }

    /// Stops, within 15 s.
    @Override
    public void close() {
        closing.countDown();
        var current = session;
        if (current != null) {
            current.wakeUp();
        }
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Supplier<DispatchSession> sessions(
            Map<String, Object> kafka,
            EventSerdes serdes,
            Hints hints,
            KafkaWorkQueues queues,
            String instance) {
        var common = new HashMap<>(kafka);
        common.put(CommonClientConfigs.CLIENT_ID_CONFIG, "dispatch-" + instance);
        common.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
        var reading = new HashMap<>(common);
        reading.put(ConsumerConfig.GROUP_ID_CONFIG, GROUP);
        reading.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
        reading.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        reading.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        reading.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        reading.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MOST_EVENTS);
        var writing = new HashMap<>(common);
        writing.put(ProducerConfig.ACKS_CONFIG, "all");
        writing.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        writing.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.MAX_DEAD_LETTER_BYTES);
        writing.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MILLIS);
        writing.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MILLIS);
        return () -> {
            var consumer =
                    new KafkaConsumer<>(
                            reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            try {
                var producer =
                        new KafkaProducer<>(
                                writing, new ByteArraySerializer(), new ByteArraySerializer());
                return new DispatchSession(consumer, producer, serdes, hints, queues);
            } catch (KafkaException failure) {
                consumer.close();
                throw failure;
            }
        };
    }
}
