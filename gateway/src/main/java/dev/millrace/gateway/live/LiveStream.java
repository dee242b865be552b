package dev.millrace.gateway.live;

import dev.millrace.gateway.live.Outlet.Ending;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client's stream: brings what its source has to tell to its outlet, as fast as the client
/// takes it.
///
/// Nothing is kept for a client but where it is: what was put out waits in its outlet, and while
/// that is full nothing more is asked of the source. A client that takes nothing for
/// [#MOST_STALLED_TICKS], or so slowly that the source leaves it behind, is told where to resume,
/// and dropped.
///
/// What is called from outside is done on the stream's executor, one thing at a time.
final class LiveStream {

    /// How much is put together before it is sent, in bytes; one event more may be.
    static final int BATCH_BYTES = 16 * 1024;

    /// Ticks of silence, after which something is sent.
    static final int KEEP_ALIVE_TICKS = 15;

    /// Ticks for which a client may take nothing.
    static final int MOST_STALLED_TICKS = 30;

    private static final Logger LOG = LoggerFactory.getLogger(LiveStream.class);

    /// Others on the same thread come to their turn after so many steps.
    private static final int STEPS_IN_A_ROW = 4;

    private final Outlet outlet;
    private final Executor executor;
    private final Consumer<LiveStream> whenOver;
    private final Source source;
    private final AtomicBoolean signalled = new AtomicBoolean();

    private String toldId = "";
    private boolean isOpen;
    private boolean waitsForOutlet;
    private boolean isOver;
    private int quietTicks;
    private int stalledTicks;
    private long taken;

    /// @param executor runs one thing at a time
    /// @param whenOver called once
    /// @param source makes what the stream tells
    LiveStream(
            Outlet outlet,
            Executor executor,
            Consumer<LiveStream> whenOver,
            Function<LiveStream, Source> source) {
        this.outlet = outlet;
        this.executor = executor;
        this.whenOver = whenOver;
        this.source = source.apply(this);
    }

    /// Begins.
    ///
    /// @param retryMillis when the client is to come back if the stream breaks
    void open(int retryMillis) {
        run(() -> {
            isOpen = true;
            toldId = source.id();
            outlet.open(retryMillis, toldId);
            flush();
            send();
        });
    }

    /// Says that there may be something to send. Called on any thread.
    void signal() {
        if (signalled.compareAndSet(false, true)) {
            run(() -> {
                signalled.set(false);
                send();
            });
        }
    }

    /// Says that a second has passed. Called on any thread.
    void tick() {
        run(this::second);
    }

    private void second() {
        if (isOver || !isOpen) {
            return;
        }
        source.second();
        if (waitsForOutlet) {
            stalledTicks = taken == outlet.taken() ? stalledTicks + 1 : 0;
            taken = outlet.taken();
            if (stalledTicks >= MOST_STALLED_TICKS) {
                drop("nothing was read for %d s".formatted(MOST_STALLED_TICKS));
            }
            return;
        }
        quietTicks++;
        if (quietTicks >= KEEP_ALIVE_TICKS) {
            keepAlive();
        }
        send(); // what failed is tried once more
    }

    private void keepAlive() {
        var id = source.id();
        if (id.equals(toldId)) {
            outlet.keepAlive();
        } else {
            outlet.progress(id);
        }
        toldId = id;
        quietTicks = 0;
        flush();
    }

    /// Ends with a last event that says why, and from where to resume. Called on any thread.
    void close(String why) {
        run(() -> {
            if (!isOver) {
                last("closing", why, Ending.CLOSING);
            }
        });
    }

    /// Says that the client is gone. Called on any thread.
    void abandon() {
        run(() -> {
            if (!isOver) {
                over();
            }
        });
    }

    /// Does something on the stream's thread. If it fails, the stream breaks off without another
    /// word, so that the client resumes behind the last event that it has.
    void run(Runnable action) {
        executor.execute(() -> {
            try {
                action.run();
            } catch (RuntimeException | Error failure) { // the top of what is done for it
                LOG.atError().setMessage("A stream broke off").setCause(failure).log();
                breakOff();
            }
        });
    }

    /// Ends without another word, as a connection that breaks. On the stream's thread.
    void breakOff() {
        if (!isOver) {
            outlet.end(Ending.BROKEN);
            over();
        }
    }

    /// Ends with the earliest place that is there. On the stream's thread.
    void gone(String earliest) {
        var data =
                new JsonObject()
                        .put("reason", "what comes next is not in the log any more")
                        .put("earliest", earliest);
        outlet.last(null, Frame.of("gone", data), Ending.GONE);
        over();
    }

    /// Sends what there is, as long as the client takes it.
    private void send() {
        for (int steps = 0; isOpen && !isOver && !waitsForOutlet; steps++) {
            if (outlet.isFull()) {
                awaitOutlet();
            } else if (steps == STEPS_IN_A_ROW) {
                signal();
                return;
            } else {
                boolean mayBeMore = source.step();
                flush();
                if (isOver || !mayBeMore) {
                    return;
                }
                if (!outlet.isFull()) {
                    source.drained();
                }
            }
        }
        if (!isOver && waitsForOutlet && source.isOvertaken()) {
            drop("too slow: more came than is kept for those who are behind");
        }
    }

    private void awaitOutlet() {
        waitsForOutlet = true;
        stalledTicks = 0;
        taken = outlet.taken();
        outlet.onceDrained(() ->
                run(() -> {
                    waitsForOutlet = false;
                    if (!isOver) {
                        source.drained();
                        send();
                    }
                }));
    }

    /// Ends with where to resume, for a reason that is the client's. On the stream's thread.
    void drop(String why) {
        last("dropped", why, Ending.DROPPED);
    }

    private void last(String name, String why, Ending ending) {
        var id = source.id();
        var data = new JsonObject().put("reason", why).put("position", id);
        outlet.last(id, Frame.of(name, data), ending);
        over();
    }

    private void over() {
        isOver = true;
        source.close();
        whenOver.accept(this);
    }

    private void flush() {
        if (!isOver && outlet.held() > 0) {
            quietTicks = 0;
            outlet.flush();
        }
    }
}
