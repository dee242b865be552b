package dev.millrace.gateway.live;

import dev.millrace.domain.log.LiveLog;
import dev.millrace.domain.log.LiveLog.Bounds;
import dev.millrace.domain.log.LogPartition;
import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.live.StreamRequest.From;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// All streams of events of a gateway: `GET /v1/events` with `Accept: text/event-stream`.
///
/// No state is kept for a client beyond its connection: every event's id says where the stream is
/// in all partitions, and any gateway of the site goes on from it. The log is followed once for all
/// of them, while there are any.
///
/// | bound | |
/// |---|---|
/// | clients | [#MOST_STREAMS]; one more is answered with 503 |
/// | recent records | 16,384 and 32 MiB, shared by all |
/// | what waits to be sent to a client | 16 KiB and as much again, and one event |
/// | pieces of the log read for those who are behind | 128 at a time, each about 64 KiB of payloads |
/// | a client that reads nothing | 30 s |
///
/// Safe for use by many threads.
public final class EventStreams implements AutoCloseable {

    /// The most clients at a time.
    public static final int MOST_STREAMS = 4_096;

    private static final String MEDIA_TYPE = "text/event-stream";
    private static final int QUEUE_BYTES = 16 * 1024;
    private static final int TICK_MILLIS = 1_000;
    private static final int IDLE_TICKS = 60;
    private static final int START_SECONDS = 10;
    private static final int RETRY_SECONDS = 5;
    private static final int MIN_RETRY_MILLIS = 1_000;
    private static final int RETRY_SPREAD_MILLIS = 2_000;
    private static final int RETRY_STEP_MILLIS = 37;

    private final LiveLog log;
    private final StreamLimits limits;
    private final Executor executor;
    private final Turns turns;
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger begun = new AtomicInteger();
    private @Nullable CompletableFuture<Broadcast> broadcast;
    private int idleTicks;
    private boolean isClosed;

    /// @param executor for what takes a while
    public EventStreams(LiveLog log, Executor executor) {
        this(log, executor, StreamLimits.DEFAULT);
    }

    EventStreams(LiveLog log, Executor executor, StreamLimits limits) {
        this.log = log;
        this.executor = executor;
        this.limits = limits;
        this.turns = new Turns(limits.mostCatchingUp());
    }

    /// Lets time pass, a second at a time.
    public void startTicking(Vertx vertx) {
        vertx.setPeriodic(TICK_MILLIS, _ -> tick());
    }

    /// How many there are.
    public int count() {
        return running.get();
    }

    /// Answers with a stream, or with a problem if it cannot begin where it should.
    public CompletionStage<Answer> open(Call call) throws InvalidQuery {
        var request = StreamRequest.of(call);
        if (running.get() >= limits.mostStreams()) {
            throw new ProblemException(full());
        }
        return broadcast().thenCompose(shared -> opened(shared, request));
    }

    private Problem full() {
        return Problem.retryAfter(
                ProblemKind.OVERLOADED,
                "there are %d streams already, as many as there may be; end some, or ask another gateway"
                        .formatted(limits.mostStreams()),
                RETRY_SECONDS);
    }

    private CompletionStage<Answer> opened(Broadcast shared, StreamRequest request) {
        try {
            var selection = request.selection(shared.layout());
            shared.include(selection.topics());
            return place(shared, selection, request.from())
                    .thenApply(place ->
                            Answer.stream(
                                    MEDIA_TYPE,
                                    Map.of("X-Accel-Buffering", "no"),
                                    (response, over) ->
                                            start(
                                                    shared, selection, request, place, response,
                                                    over)));
        } catch (InvalidQuery | ViewUnavailable refused) {
            return CompletableFuture.failedStage(refused);
        }
    }

    private CompletionStage<long[]> place(Broadcast shared, Selection selection, From from) {
        return switch (from) {
            case From.Latest _ -> latest(shared, selection);
            case From.Earliest _ ->
                    log.bounds(selection.partitions())
                            .thenApply(bounds -> selection.place(bounds.earliest(), Map.of()));
            case From.Since(var time) ->
                    log.at(selection.partitions(), time)
                            .thenApply(next -> selection.place(next, Map.of()));
            case From.At(var next) -> {
                if (selection.isWholeIn(next)) {
                    var place = selection.place(next, Map.of());
                    if (shared.ring().locate(selection, place) != Ring.NONE
                            && selection.covers(shared.ring().head(), place)) {
                        yield CompletableFuture.completedStage(place);
                    }
                }
                yield log.bounds(selection.partitions())
                        .thenApply(bounds -> checked(selection, next, bounds));
            }
        };
    }

    private static CompletionStage<long[]> latest(Broadcast shared, Selection selection) {
        return shared.head(selection)
                .orTimeout(START_SECONDS, TimeUnit.SECONDS)
                .exceptionallyCompose(_ ->
                        CompletableFuture.failedStage(
                                new ViewUnavailable(
                                        "events", "the brokers do not answer; ask again soon")));
    }

    private static long[] checked(
            Selection selection, Map<LogPartition, Long> next, Bounds bounds) {
        var place = selection.place(next, bounds.earliest());
        var earliest = selection.place(bounds.earliest(), Map.of());
        var latest = selection.place(bounds.latest(), Map.of());
        if (selection.covers(place, earliest) && selection.covers(latest, place)) {
            return place;
        }
        throw new ProblemException(
                Problem.of(
                                ProblemKind.POSITION_GONE,
                                selection.covers(place, earliest)
                                        ? "the log does not reach as far as this position: it is of"
                                                + " another log, or of a time that this one was set"
                                                + " back behind; begin at earliest, or where you like"
                                        : "what comes next is not in the log any more; begin at"
                                                + " earliest, or where you like")
                        .with("earliest", selection.id(earliest)));
    }

    /// Called on the event loop of the connection.
    private void start(
            Broadcast shared,
            Selection selection,
            StreamRequest request,
            long[] place,
            HttpServerResponse response,
            CompletionStage<Void> over) {
        var context = Objects.requireNonNull(Vertx.currentContext(), "this is an event loop");
        var stream =
                new EventStream(
                        log,
                        shared.ring(),
                        turns,
                        selection,
                        request.filter(),
                        place,
                        new ResponseSink(response, QUEUE_BYTES),
                        task -> context.runOnContext(_ -> task.run()),
                        ended -> {
                            shared.remove(ended);
                            running.decrementAndGet();
                        });
        boolean isTooMany = running.incrementAndGet() > limits.mostStreams();
        shared.add(stream);
        var _ = over.thenRun(stream::abandon);
        stream.open(retryMillis());
        if (isTooMany) {
            stream.close("there are as many streams as there may be");
        } else if (!isCurrent(shared)) {
            stream.close("the gateway is closing");
        }
    }

    /// When a client comes back: not all at once.
    private int retryMillis() {
        return MIN_RETRY_MILLIS
                + Math.floorMod(begun.getAndIncrement() * RETRY_STEP_MILLIS, RETRY_SPREAD_MILLIS);
    }

    private synchronized CompletableFuture<Broadcast> broadcast() {
        if (isClosed) {
            return CompletableFuture.failedFuture(
                    new ViewUnavailable("events", "the gateway is closing"));
        }
        var current = broadcast;
        if (current == null || current.isCompletedExceptionally()) {
            current =
                    log.partitions()
                            .thenApply(topics -> new Broadcast(log, new Layout(topics), limits))
                            .toCompletableFuture();
            broadcast = current;
        }
        return current;
    }

    private synchronized boolean isCurrent(Broadcast shared) {
        return broadcast != null && broadcast.getNow(null) == shared;
    }

    /// A second has passed.
    void tick() {
        var shared = current();
        if (shared == null) {
            return;
        }
        shared.streams().forEach(EventStream::tick);
        synchronized (this) {
            idleTicks = running.get() > 0 ? 0 : idleTicks + 1;
            if (idleTicks < IDLE_TICKS || isClosed) {
                return;
            }
            broadcast = null;
        }
        executor.execute(shared::close);
    }

    private synchronized @Nullable Broadcast current() {
        return broadcast == null || broadcast.isCompletedExceptionally()
                ? null
                : broadcast.getNow(null);
    }

    /// Ends all streams, each with a last event, and follows nothing any more.
    @Override
    public void close() {
        CompletableFuture<Broadcast> pending;
        synchronized (this) {
            isClosed = true;
            pending = broadcast;
            broadcast = null;
        }
        if (pending != null) { // it may only be on its way
            var _ =
                    pending.thenAccept(shared -> {
                        shared.streams().forEach(stream -> stream.close("the gateway is closing"));
                        shared.close();
                    });
        }
    }
}
