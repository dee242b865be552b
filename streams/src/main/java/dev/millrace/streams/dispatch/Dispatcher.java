package dev.millrace.streams.dispatch;

import dev.millrace.domain.event.Site;
import dev.millrace.domain.task.ClaimKey;
import dev.millrace.schemas.client.ByteClients;
import dev.millrace.schemas.client.SessionLoop;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.KafkaWorkQueues;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.IsolationLevel;
import org.jspecify.annotations.Nullable;

/// Hands queued tasks out: reads what happened to tasks, and writes each attempt that may begin
/// into the queue of its kind and priority.
///
/// ```
/// task-events ──▶ submitted, queued? ──▶ work.<kind>.<priority>   (made if it is missing)
/// ```
///
/// It is not a part of `decide`, so that a queue that is full, slow or gone holds up no decision.
/// It does not wait until the decision is committed: work is on its way while that happens. If it
/// comes to nothing, it is decided anew from the same inputs, and what that queues is handed out
/// again. That may be something else, where inputs of two topics come in another order; what this
/// means is in [decision 37](docs/decisions/0037-speed-of-the-engine.md).
///
/// What is lost here, or with a queue, `decide` queues once more. While the broker or the registry
/// is away it tries again each second. Dispatchers of several processes share the partitions.
///
/// Safe for use by many threads; the work is done by one thread of its own.
public final class Dispatcher implements AutoCloseable {

    static final String GROUP = "millrace-dispatch";

    private static final int MOST_EVENTS = 1_000;

    private final SessionLoop loop;
    private volatile boolean paused;

    /// @param kafka where the cluster is and how to log in to it
    /// @param claims makes the claim tokens
    /// @param queues makes the queues that are missing
    /// @param site in whose name work is handed out
    /// @param instance names this process
    /// @param registry where [DispatchMeters] show
    public Dispatcher(
            Map<String, Object> kafka,
            EventSerdes serdes,
            ClaimKey claims,
            KafkaWorkQueues queues,
            Site site,
            String instance,
            InstantSource clock,
            MeterRegistry registry) {
        var clients = new ByteClients(kafka, "dispatch-" + instance);
        var hints = new Hints(claims, site);
        var meters = new DispatchMeters(registry, clock);
        this.loop =
                new SessionLoop(
                        "dispatch",
                        "Handing out tasks",
                        () ->
                                clients.session(
                                        GROUP,
                                        MOST_EVENTS,
                                        IsolationLevel.READ_UNCOMMITTED,
                                        (consumer, producer) ->
                                                new DispatchSession(
                                                        consumer,
                                                        producer,
                                                        serdes,
                                                        hints,
                                                        queues,
                                                        meters,
                                                        () -> paused,
                                                        System::nanoTime)));
    }

    /// Hands nothing more out until [#resume]; it stays in its group.
    public void pause() {
        paused = true;
    }

    /// Goes on after [#pause].
    public void resume() {
        paused = false;
    }

    /// Begins, in the background.
    public void start() {
        loop.start();
    }

    /// Whether what is queued now is handed out now.
    public boolean isReady() {
        return loop.isOpen();
    }

    /// Completes when it has stopped: with nothing after [#close], with the cause if it cannot go
    /// on.
    public CompletionStage<@Nullable Void> stopped() {
        return loop.stopped();
    }

    /// Stops, within 15 s.
    @Override
    public void close() {
        loop.close();
    }
}
