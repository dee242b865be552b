package dev.millrace.search.indexing;

import dev.millrace.domain.event.Site;
import dev.millrace.domain.view.Position;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.serde.LastingFailure;
import dev.millrace.schemas.serde.SchemaUnreachable;
import dev.millrace.search.lucene.LuceneStore;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps one index up to date with the whole `embeddings` topic, on a thread of its own, and says
/// in `index-reports` after each commit what a search can find.
///
/// Each index is a full replica: it reads all partitions, in no consumer group, from the offsets in
/// its own commit. While the broker or the registry is away it tries again, with waits that grow to
/// 5 s, and begins again at its last commit where trying again is not enough. What it cannot read
/// goes to `dead-letters`; what cannot be continued ends it, see [#failure].
public final class IndexingConsumer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(IndexingConsumer.class);
    /* Between the end of one pair of clients and the next. */
    private static final Duration AFRESH = Duration.ofSeconds(5);
    /* Between two looks at whether to go on. */
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

    private final LuceneStore store;
    private final String index;
    private final Function<BooleanSupplier, IndexingLoop> makeLoop;
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile @Nullable IndexingLoop loop;
    private @Nullable Thread thread;
    private volatile boolean caughtUp;
    private volatile boolean paused;
    private volatile @Nullable Throwable failure;

    /// @param kafka what all Kafka clients of the site share, at least `bootstrap.servers`
    /// @param indexName what the reports call this index
    /// @param meters where [IndexMeters] show
    public IndexingConsumer(
            Map<String, Object> kafka,
            EventSerdes serdes,
            LuceneStore store,
            Site site,
            String indexName,
            InstantSource clock,
            MeterRegistry meters) {
        this(kafka, serdes, store, site, indexName, clock, new IndexMeters(meters));
    }

    private IndexingConsumer(
            Map<String, Object> kafka,
            EventSerdes serdes,
            LuceneStore store,
            Site site,
            String indexName,
            InstantSource clock,
            IndexMeters meters) {
        this(
                store,
                indexName,
                stopping ->
                        new IndexingLoop(
                                IndexingClients.consumer(kafka, indexName),
                                new Sender(IndexingClients.producer(kafka, indexName), stopping),
                                serdes,
                                store,
                                new IndexReports(serdes, store, site, indexName, clock),
                                meters,
                                System::nanoTime));
    }

    IndexingConsumer(
            LuceneStore store, String index, Function<BooleanSupplier, IndexingLoop> makeLoop) {
        this.store = store;
        this.index = index;
        this.makeLoop = makeLoop;
    }

    /// Begins to read; call it once. Returns at once, whether or not the broker is there.
    ///
    /// @throws org.apache.kafka.common.config.ConfigException if a client's settings are wrong
    public synchronized void start() {
        if (thread != null) {
            throw new IllegalStateException("indexing of " + index + " was started before");
        }
        var made = makeLoop.apply(this::isStopping);
        loop = made;
        thread = Thread.ofPlatform().name("indexing-" + index).start(() -> run(made));
    }

    /// Begins no more batches until [#resume].
    public void pause() {
        paused = true;
    }

    /// Goes on after [#pause].
    public void resume() {
        paused = false;
    }

    /// Whether all that the log held at the start has been searchable once, and reading goes on or
    /// is paused.
    public boolean isReady() {
        return (caughtUp || paused) && failure == null && !isStopping();
    }

    /// How far of `embeddings` a search can find.
    public Position applied() {
        return store.applied();
    }

    /// Why reading ended by itself; null while it goes on. A [LogMismatch] or an `IOException` of
    /// the index names its way out.
    public @Nullable Throwable failure() {
        return failure;
    }

    private void run(IndexingLoop first) {
        try {
            var steps = first;
            while (!isDoneWith(steps)) {
                if (stop.await(AFRESH.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
                steps = makeLoop.apply(this::isStopping);
                loop = steps;
            }
        } catch (Throwable fatal) { // the top of the thread
            failure = fatal;
            log.atError()
                    .setMessage("indexing ended")
                    .addKeyValue("index", index)
                    .addKeyValue("folder", store.folder())
                    .addKeyValue("applied", store.applied())
                    .setCause(fatal)
                    .log();
        }
    }

    /// Reads on until it is to stop.
    ///
    /// @return false if Kafka's clients are of no more use, as after an outage that the brokers
    ///   have forgotten them over: new ones begin at the index's last commit, as after a crash
    private boolean isDoneWith(IndexingLoop steps)
            throws IOException, LogMismatch, InterruptedException {
        try (steps) {
            try {
                repeat(steps);
            } catch (WakeupException stopped) {
                // asked for by close(), as is the end of the loop
            }
            steps.finish();
            return true;
        } catch (InterruptException interrupted) {
            throw interrupted;
        } catch (KafkaException worn) {
            if (LastingFailure.is(worn)) {
                throw worn;
            }
            caughtUp = false;
            log.atWarn()
                    .setMessage("indexing begins again at its last commit")
                    .addKeyValue("index", index)
                    .addKeyValue("cause", worn.toString())
                    .log();
            return false;
        }
    }

    private void repeat(IndexingLoop steps) throws IOException, LogMismatch, InterruptedException {
        var backoff = new Backoff();
        boolean away = false;
        while (!isStopping()) {
            boolean done;
            if (paused) {
                if (stop.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
                continue;
            }
            try {
                done = steps.step();
                caughtUp = steps.isCaughtUp();
            } catch (RetriableException | SchemaUnreachable transientFailure) {
                done = false;
                if (!away) {
                    log.atWarn()
                            .setMessage("indexing waits: the broker or the registry is away")
                            .addKeyValue("index", index)
                            .addKeyValue("cause", transientFailure.toString())
                            .log();
                }
                away = true;
            }
            if (!done) {
                boolean stopped = stop.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS);
                if (stopped) {
                    return;
                }
                continue;
            }
            backoff.reset();
            if (away) {
                log.atInfo().setMessage("indexing goes on").addKeyValue("index", index).log();
                away = false;
            }
        }
    }

    private boolean isStopping() {
        return stop.getCount() == 0;
    }

    /// Stops reading within about half a minute, at most. The store stays open: close it after.
    @Override
    public synchronized void close() {
        stop.countDown();
        var current = loop;
        if (current == null || thread == null) {
            return;
        }
        current.wakeup();
        try {
            if (!thread.join(STOP_TIMEOUT)) {
                log.atWarn()
                        .setMessage("indexing did not stop in time")
                        .addKeyValue("index", index)
                        .log();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
