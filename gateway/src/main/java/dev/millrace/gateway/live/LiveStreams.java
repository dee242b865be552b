package dev.millrace.gateway.live;

import dev.millrace.domain.log.LiveLog;
import dev.millrace.domain.log.LiveLog.Bounds;
import dev.millrace.domain.log.LogPartition;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.SocketStream;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// What all streams of a gateway share, of events and of rows, over Server-Sent Events and
/// WebSocket: the one tail of the log, which is followed while there are any, the clock, and the
/// bounds.
///
/// No state is kept for a client beyond its connection: every event's id says where the stream is
/// in all partitions, and any gateway of the site goes on from it.
///
/// | bound | |
/// |---|---|
/// | clients | [#MOST_STREAMS], of them [#MOST_OF_ROWS] that follow views; one more is answered with 503 |
/// | recent records | 16,384 and 32 MiB, shared by all |
/// | what waits to be sent to a client | 16 KiB and as much again, and one event; of rows a page or a round |
/// | pieces of the log read for those who are behind | 128 at a time, each about 64 KiB of payloads |
/// | pages and pieces read for those who follow views | 32 at a time |
/// | a client that reads nothing | 30 s |
///
/// Safe for use by many threads.
public final class LiveStreams implements AutoCloseable {

    /// The most clients at a time.
    public static final int MOST_STREAMS = 4_096;

    /// Of them, the most that follow views.
    public static final int MOST_OF_ROWS = 1_024;

    private static final String MEDIA_TYPE = "text/event-stream";
    private static final int QUEUE_BYTES = 16 * 1024;
    private static final int TICK_MILLIS = 1_000;
    private static final int IDLE_TICKS = 60;
    private static final int LAYOUT_TICKS = 30;
    private static final int RETRY_SECONDS = 5;
    private static final int MIN_RETRY_MILLIS = 1_000;
    private static final int RETRY_SPREAD_MILLIS = 2_000;
    private static final int RETRY_STEP_MILLIS = 37;

    private final LiveLog log;
    private final StreamLimits limits;
    private final Executor executor;
    private final Turns ofEvents;
    private final Turns ofRows;
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger runningOfRows = new AtomicInteger();
    private final AtomicInteger begun = new AtomicInteger();
    private @Nullable CompletableFuture<Broadcast> broadcast;
    private int idleTicks;
    private int layoutTicks;
    private boolean isClosed;

    /// @param executor for what takes a while
    public LiveStreams(LiveLog log, Executor executor) {
        this(log, executor, StreamLimits.DEFAULT);
    }

    LiveStreams(LiveLog log, Executor executor, StreamLimits limits) {
        this.log = log;
        this.executor = executor;
        this.limits = limits;
        this.ofEvents = new Turns(limits.mostCatchingUp());
        this.ofRows = new Turns(limits.mostReadingRows());
    }

    /// Lets time pass, a second at a time.
    public void startTicking(Vertx vertx) {
        vertx.setPeriodic(TICK_MILLIS, _ -> tick());
    }

    /// How many there are.
    public int count() {
        return running.get();
    }

    LiveLog log() {
        return log;
    }

    /// Makes what a stream tells.
    @FunctionalInterface
    interface SourceOf {
        Source make(LiveStream stream, Outlet outlet, Turns turns);
    }

    /// @throws ProblemException if there is no room for one more
    void requireRoom(boolean isOfRows) {
        requireRoom(running, limits.mostStreams());
        if (isOfRows) {
            requireRoom(runningOfRows, limits.mostOfRows());
        }
    }

    private static void requireRoom(AtomicInteger count, int most) {
        if (count.get() >= most) {
            throw new ProblemException(
                    Problem.retryAfter(
                            ProblemKind.OVERLOADED,
                            "there are %d streams already, as many as there may be; end some, or ask another gateway"
                                    .formatted(most),
                            RETRY_SECONDS));
        }
    }

    /// The answer that is a stream.
    Answer answer(Broadcast shared, boolean isOfRows, SourceOf source) {
        return Answer.stream(
                MEDIA_TYPE,
                Map.of("X-Accel-Buffering", "no"),
                new SocketStream() {
                    @Override
                    public void start(HttpServerResponse response, CompletionStage<Void> over) {
                        var outlet = new SseOutlet(new ResponseSink(response, QUEUE_BYTES));
                        begin(shared, isOfRows, outlet, source, over);
                    }

                    @Override
                    public void start(ServerWebSocket socket, CompletionStage<Void> over) {
                        var outlet = new SocketOutlet(socket, QUEUE_BYTES);
                        begin(shared, isOfRows, outlet, source, over);
                    }
                });
    }

    /// Called on the event loop of the connection.
    private void begin(
            Broadcast shared,
            boolean isOfRows,
            Outlet outlet,
            SourceOf source,
            CompletionStage<Void> over) {
        var context = Objects.requireNonNull(Vertx.currentContext(), "this is an event loop");
        var stream =
                new LiveStream(
                        outlet,
                        task -> context.runOnContext(_ -> task.run()),
                        ended -> {
                            shared.remove(ended);
                            running.decrementAndGet();
                            runningOfRows.addAndGet(isOfRows ? -1 : 0);
                        },
                        made -> source.make(made, outlet, isOfRows ? ofRows : ofEvents));
        int now = running.incrementAndGet();
        int nowOfRows = runningOfRows.addAndGet(isOfRows ? 1 : 0);
        boolean isTooMany =
                now > limits.mostStreams() || (isOfRows && nowOfRows > limits.mostOfRows());
        shared.add(stream);
        var _ = over.thenRun(stream::abandon);
        stream.open(retryMillis());
        if (isTooMany) {
            stream.close("there are as many streams as there may be");
        } else if (!isCurrent(shared)) {
            stream.close("the gateway is closing, or partitions were added");
        }
    }

    /// When a client comes back: not all at once.
    private int retryMillis() {
        return MIN_RETRY_MILLIS
                + Math.floorMod(begun.getAndIncrement() * RETRY_STEP_MILLIS, RETRY_SPREAD_MILLIS);
    }

    synchronized CompletableFuture<Broadcast> broadcast() {
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

    /// A place that a client was told, if all is there that comes next.
    ///
    /// @param next of partitions that are not in it everything is read
    CompletionStage<long[]> resumed(
            Broadcast shared, Selection selection, Map<LogPartition, Long> next) {
        if (selection.isWholeIn(next)) {
            var place = selection.place(next, Map.of());
            if (shared.ring().locate(selection, place) != Ring.NONE
                    && selection.covers(shared.ring().head(), place)) {
                return CompletableFuture.completedStage(place);
            }
        }
        return log.bounds(selection.partitions())
                .thenApply(bounds -> checked(selection, next, bounds));
    }

    private static long[] checked(
            Selection selection, Map<LogPartition, Long> next, Bounds bounds) {
        var place = selection.place(next, bounds.earliest());
        var there = selection.within(bounds, place);
        if (selection.covers(place, there) && selection.covers(there, place)) {
            return place;
        }
        throw new ProblemException(
                Problem.of(
                                ProblemKind.POSITION_GONE,
                                selection.covers(there, place)
                                        ? "what comes next is not in the log any more; begin at"
                                                + " earliest, or where you like"
                                        : "the log does not reach as far as this position: it is of"
                                                + " another log, or of a time that this one was set"
                                                + " back behind; begin at earliest, or where you like")
                        .with("earliest", selection.id(there)));
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
        shared.streams().forEach(LiveStream::tick);
        boolean isToLook;
        synchronized (this) {
            idleTicks = running.get() > 0 ? 0 : idleTicks + 1;
            layoutTicks = (layoutTicks + 1) % LAYOUT_TICKS;
            isToLook = layoutTicks == 0;
            if (idleTicks >= IDLE_TICKS && !isClosed) {
                broadcast = null;
                executor.execute(shared::close);
                return;
            }
        }
        if (isToLook) {
            var _ = log.partitions().thenAccept(topics -> requireLayout(shared, topics));
        }
    }

    /// Ends the streams of a layout that holds no more: they are taken up with the new one.
    private void requireLayout(Broadcast shared, SortedMap<String, Integer> topics) {
        synchronized (this) {
            if (!isCurrent(shared) || shared.layout().isOf(topics)) {
                return;
            }
            broadcast = null;
        }
        shared.streams().forEach(stream -> stream.close("topics or partitions were added"));
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
