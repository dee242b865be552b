package dev.millrace.streams.views.generation;

import com.sun.net.httpserver.HttpHandler;
import dev.millrace.domain.view.Views;
import dev.millrace.domain.view.generation.GenerationLog;
import dev.millrace.domain.view.generation.RebuildsUnavailable;
import dev.millrace.streams.views.RunningViews;
import dev.millrace.streams.views.ViewsHandler;
import dev.millrace.streams.views.ViewsSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The views of a site as this process serves them: from the generation that the log says, while
/// the next one may be built beside it.
///
/// The topics must exist when it starts. Safe for use by many threads; cannot be started again once
/// closed.
public final class ViewGenerations implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ViewGenerations.class);
    private static final Duration PACE = Duration.ofMillis(200);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(10);

    private final Succession succession;
    private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("millrace-views-generations").unstarted(this::run);

    /// @param log which generations there are; has been read to its end when this starts
    /// @param settings of the first generation
    /// @param client how Kafka is reached: `bootstrap.servers` and whatever else its clients need
    /// @param stateDirectory where the stores lie; each generation makes a folder of its own inside
    /// @param making makes the application of a generation, from its settings; does not start it
    public ViewGenerations(
            GenerationLog log,
            ViewsSettings settings,
            Map<String, Object> client,
            Path stateDirectory,
            Function<ViewsSettings, RunningViews> making) {
        this.succession =
                new Succession(
                        log,
                        (generation, now) -> {
                            // What the one that answers cannot read is in the dead letters already.
                            var since = now.isWanted(generation) ? now.since() : null;
                            var isBuilt = now.building().orElse(0) == generation;
                            var from = isBuilt && since != null ? since : Instant.EPOCH;
                            return started(making.apply(settings.ofGeneration(generation, from)));
                        },
                        new KafkaRemains(client, stateDirectory),
                        background,
                        System::nanoTime);
    }

    private static RunningViews started(RunningViews made) {
        try {
            made.start();
            return made;
        } catch (RuntimeException failed) { // handed on, once it has let go of what it holds
            try (made) {
                throw failed;
            }
        }
    }

    /// Starts the generation that answers, and the one that is being built if there is one, and
    /// follows what the log says from now on. Returns at once; see [#isReady].
    ///
    /// @throws RebuildsUnavailable if the log has not been read
    public void start() throws RebuildsUnavailable {
        succession.step();
        thread.start();
    }

    private void run() {
        while (closing.getCount() > 0) {
            try {
                succession.step();
            } catch (RebuildsUnavailable | RuntimeException failed) { // must not end
                if (closing.getCount() == 0) {
                    return;
                }
                LOG.atWarn()
                        .setMessage("Generations of the views could not be seen after just now")
                        .setCause(failed)
                        .log();
            }
            try {
                var _ = closing.await(PACE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException stop) {
                return;
            }
        }
    }

    /// The views, which answer that they are unavailable until the generation that answers is
    /// ready.
    public Views views() {
        return succession.views();
    }

    /// Serves [#views] to other processes; to be mounted at `/internal/views`.
    public HttpHandler viewsHandler() {
        return ViewsHandler.of(views());
    }

    /// Serves what this instance holds to the other instances; to be mounted at `/internal/stores`.
    public HttpHandler storesHandler() {
        return new ByGeneration(succession::running, RunningViews::storesHandler);
    }

    /// Tells the other instances how far this one has folded; to be mounted at
    /// `/internal/arrivals`.
    public HttpHandler arrivalsHandler() {
        return new ByGeneration(succession::running, RunningViews::arrivalsHandler);
    }

    /// Whether the generation that answers is ready. One that is being built does not count.
    public boolean isReady() {
        var now = succession.answering();
        return now != null && now.isReady();
    }

    /// Kafka's word for what the generation that answers is doing, for instance `REBALANCING`.
    public String state() {
        var now = succession.answering();
        return now == null ? "CREATED" : now.state();
    }

    /// How many partitions of the source topics the generation that answers folds here just now.
    public int partitionsHere() {
        var now = succession.answering();
        return now == null ? 0 : now.partitionsHere();
    }

    /// Begins no more work, whatever waits in the topics, until [#resume].
    public void pause() {
        succession.pause();
    }

    /// Goes on after [#pause].
    public void resume() {
        succession.resume();
    }

    /// Stops all generations, within 20 s. A rebuild goes on with the next start.
    @Override
    public void close() {
        closing.countDown();
        background.shutdownNow();
        thread.interrupt();
        if (thread.isAlive()) {
            try {
                thread.join(LONGEST_STOP);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        }
        succession.close();
    }
}
