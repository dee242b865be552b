package dev.millrace.inference.worker;

import dev.millrace.domain.event.Site;
import dev.millrace.domain.search.Embedder;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.serde.LastingFailure;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Embeds the chunks of `millrace.chunks` into `millrace.embeddings`.
///
/// ```
/// millrace.chunks ──▶ read ──▶ embed ──▶ ┌ one transaction ────────────────────┐
///                      │         │       │ millrace.embeddings, group's offsets │
///                      └─────────┴─────▶ │ millrace.dead-letters                │
///                       what fails alone └──────────────────────────────────────┘
/// ```
///
/// A batch is what waits, at most 512 chunks. Nothing is read before the embedder is ready. While
/// the broker, the registry or the embedder are away the worker tries again after 0.1 s, then twice
/// as long each time, up to 10 s, for as long as it takes. Workers of different names share the
/// partitions. Two with one name take the work out of each other's hands, which is exact and slow;
/// a broker that was away too long does to a worker what such a namesake does, so neither ends it.
/// What no waiting mends does: settings or versions that do not fit, or a missing right.
///
/// Safe for use by many threads; the work is done by one thread of its own.
public final class EmbeddingWorker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddingWorker.class);

    private static final Backoff BACKOFF =
            new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));
    private static final Duration READINESS_CHECK = Duration.ofMillis(100);
    private static final Duration EMBED_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    private final Embedder embedder;
    private final Supplier<Session> sessions;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CompletableFuture<@Nullable Void> stopped = new CompletableFuture<>();
    private volatile @Nullable Session session;
    private volatile boolean joined;
    private volatile boolean paused;
    private volatile Counts counts = Counts.NONE;

    /// @param kafka where the cluster is and how to log in to it: client settings that hold for
    ///   consumers and producers alike
    /// @param site in whose name embeddings are written
    /// @param instance names this worker; unlike any other that runs, the same after a restart
    /// @param meters where [BatchMeters] show
    public EmbeddingWorker(
            Map<String, Object> kafka,
            EventSerdes serdes,
            Embedder embedder,
            Site site,
            String instance,
            InstantSource clock,
            MeterRegistry meters) {
        this(
                embedder,
                instance,
                sessions(
                        new KafkaClients(kafka, instance),
                        new Transcription(serdes, embedder, site, instance, clock, EMBED_TIMEOUT),
                        new BatchMeters(meters)));
    }

    /// @param sessions makes one that is not open yet
    EmbeddingWorker(Embedder embedder, String instance, Supplier<Session> sessions) {
        this.embedder = embedder;
        this.sessions = sessions;
        this.thread = Thread.ofPlatform().name("embedding-worker-" + instance).unstarted(this::run);
    }

    private static Supplier<Session> sessions(
            KafkaClients clients, Transcription transcription, BatchMeters meters) {
        return () -> {
            var consumer = clients.consumer();
            try {
                return new Session(consumer, clients.producer(), transcription, meters);
            } catch (KafkaException failure) {
                consumer.close();
                throw failure;
            }
        };
    }

    /// Begins to work, in the background.
    ///
    /// @throws IllegalThreadStateException if called before
    public void start() {
        thread.start();
    }

    /// Begins no more batches until [#resume]; the worker stays in its group.
    public void pause() {
        paused = true;
    }

    /// Goes on after [#pause].
    public void resume() {
        paused = false;
    }

    /// Whether chunks that come now would be embedded now.
    public boolean isReady() {
        return joined && embedder.isReady();
    }

    /// What was done so far.
    public Counts counts() {
        return counts;
    }

    /// Completes when the worker has stopped: with nothing after [#close], with the cause if it
    /// cannot go on.
    public CompletionStage<@Nullable Void> stopped() {
        return stopped.minimalCompletionStage();
    }

    /// Finishes the batch in hand, leaves the group and stops; waits up to 30 s for that.
    @Override
    public void close() {
        closing.countDown();
        var current = session;
        if (current != null) {
            current.wakeUp();
        }
        try {
            if (thread.isAlive() && !thread.join(CLOSE_TIMEOUT)) {
                LOG.atWarn().setMessage("embedding worker still busy: interrupted").log();
                thread.interrupt();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            int failures = 0;
            while (!isClosing()) {
                if (!embedder.isReady()) {
                    pause(READINESS_CHECK);
                    continue;
                }
                long batchesBefore = counts.batches();
                try {
                    serve();
                } catch (KafkaException failure) {
                    if (isClosing()) {
                        break;
                    }
                    if (LastingFailure.is(failure)) {
                        throw failure;
                    }
                    failures = counts.batches() > batchesBefore ? 1 : failures + 1;
                    report("embedding worker starts over", failure);
                    pause(BACKOFF.after(failures));
                }
            }
            LOG.atInfo()
                    .setMessage("embedding worker stopped")
                    .addKeyValue("embedded", counts.embedded())
                    .addKeyValue("deadLettered", counts.deadLettered())
                    .log();
            stopped.complete(null);
        } catch (InterruptedException interrupted) {
            stopped.complete(null);
        } catch (RuntimeException | Error failure) {
            LOG.atError().setMessage("embedding worker cannot go on").setCause(failure).log();
            stopped.completeExceptionally(failure);
        }
    }

    /// Works in one session until closed.
    private void serve() throws InterruptedException {
        try (var opened = sessions.get()) {
            session = opened;
            opened.open();
            joined = true;
            int failures = 0;
            while (!isClosing()) {
                try {
                    counts = paused ? opened.rest(counts) : opened.step(counts);
                    failures = 0;
                } catch (Postponed postponed) {
                    failures++;
                    counts = counts.plusPostponed();
                    report("batch postponed", postponed);
                    pause(BACKOFF.after(failures));
                }
            }
        } finally {
            joined = false;
            session = null;
        }
    }

    private static void report(String what, Exception cause) {
        LOG.atWarn().setMessage(what).addKeyValue("cause", cause.getMessage()).log();
        LOG.atDebug().setMessage(what).setCause(cause).log();
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    /// Returns early when the worker is being closed.
    private void pause(Duration length) throws InterruptedException {
        if (closing.await(length.toMillis(), TimeUnit.MILLISECONDS)) {
            return;
        }
    }
}
