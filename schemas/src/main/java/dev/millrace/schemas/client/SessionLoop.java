package dev.millrace.schemas.client;

import dev.millrace.schemas.serde.LastingFailure;
import dev.millrace.schemas.topic.TopicsNotProvisioned;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Goes on with one session of Kafka clients after another, on a thread of its own: when one
/// breaks, the next begins a second later.
///
/// What no waiting mends ends it, and whatever is no failure of Kafka's. Safe for use by many
/// threads.
public final class SessionLoop implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SessionLoop.class);
    private static final Duration CLOSE = Duration.ofSeconds(15);
    private static final int RESTART_SECONDS = 1;

    private final String work;
    private final Supplier<? extends Session> sessions;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CompletableFuture<@Nullable Void> stopped = new CompletableFuture<>();
    private volatile @Nullable Session session;
    private volatile boolean open;

    /// @param name of the thread
    /// @param work what goes on, for people: `Handing out tasks`
    public SessionLoop(String name, String work, Supplier<? extends Session> sessions) {
        this.work = work;
        this.sessions = sessions;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    /// Begins, in the background.
    public void start() {
        thread.start();
    }

    /// Whether a session is open just now.
    public boolean isOpen() {
        return open;
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
                            .setMessage("{} was interrupted and goes on shortly")
                            .addArgument(work)
                            .addKeyValue("cause", String.valueOf(failure.getMessage()))
                            .log();
                    var _ = closing.await(RESTART_SECONDS, TimeUnit.SECONDS);
                }
            }
            stopped.complete(null);
        } catch (InterruptedException interrupted) {
            stopped.complete(null);
        } catch (RuntimeException | Error failure) {
            LOG.atError().setMessage("{} cannot go on").addArgument(work).setCause(failure).log();
            stopped.completeExceptionally(failure);
        }
    }

    private void serve() throws InterruptedException, TopicsNotProvisioned {
        try (var opened = sessions.get()) {
            session = opened;
            opened.open();
            open = true;
            while (closing.getCount() > 0) {
                opened.step();
            }
        } finally {
            open = false;
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
            var _ = thread.join(CLOSE);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Kafka clients that belong together. Used by the loop's thread alone, but for [#wakeUp].
    public interface Session extends AutoCloseable {

        /// Begins; for instance, joins a group.
        void open();

        /// Does what there is to do, within a second or so.
        ///
        /// @throws KafkaException if this session is of no more use
        /// @throws TopicsNotProvisioned likewise
        void step() throws InterruptedException, TopicsNotProvisioned;

        /// Makes the call that waits in [#step] fail with `WakeupException`. From any thread.
        void wakeUp();

        @Override
        void close();
    }
}
