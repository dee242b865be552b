package dev.millrace.gateway.live;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.domain.log.EventFilter;
import dev.millrace.domain.log.EventLog.LoggedEvent;
import dev.millrace.domain.log.LiveLog;
import dev.millrace.domain.log.LiveLog.Slice;
import dev.millrace.domain.log.LiveLog.SliceQuery;
import dev.millrace.domain.log.LogPartition;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client's stream: reads pieces of the log until it is where the ring of recent records
/// begins, and takes them from there from then on.
///
/// ```
///              ┌── a piece, sent ──┐          ┌─ records, sent ─┐
///              ▼                   │          ▼                 │
/// from ──▶ behind ─────────────────┴─ joins ─▶ at the ring ─────┴──▶ over
///              ▲                                   │                   ▲
///              └── the ring has moved on ──────────┤                   │
///                                                  └─ and the client ──┘
///                                                     did not read
/// ```
///
/// Nothing is kept for a client but where it is: what is written waits in its sink, and while that
/// is full nothing more is read for it. A client that takes nothing for [#MOST_STALLED_TICKS], or
/// so slowly that the ring leaves it behind, is told where to resume, and dropped.
///
/// What is called from outside is done on the stream's executor, one thing at a time.
final class EventStream implements Turns.Taker {

    /// How much is put together before it is written, in bytes; one event more may be.
    static final int BATCH_BYTES = 16 * 1024;

    /// Ticks of silence, after which something is sent.
    static final int KEEP_ALIVE_TICKS = 15;

    /// Ticks for which a client may take nothing.
    static final int MOST_STALLED_TICKS = 30;

    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
    private static final int BATCH_RECORDS = 256;

    /// Others on the same thread come to their turn after so many batches.
    private static final int BATCHES_IN_A_ROW = 4;

    private final LiveLog log;
    private final Ring ring;
    private final Turns turns;
    private final Selection selection;
    private final EventFilter filter;
    private final Sink sink;
    private final Executor executor;
    private final Consumer<EventStream> whenOver;
    private final AtomicBoolean signalled = new AtomicBoolean();

    /* Where the client is: all before it was sent, or is not asked for. Never changed in place. */
    private long[] place;
    private String toldId;
    private long number = Ring.NONE; // of the next record in the ring; NONE while behind
    private int epoch;
    private boolean isMerged; // at the ring, whose places are the client's from here on
    private boolean asksForTurn;
    private boolean hasTurn; // from when it comes until what was read is sent
    private boolean isReading;
    private boolean hasReadAll; // as far as the log went
    private boolean waitsForSink;
    private boolean isOver;
    private int quietTicks;
    private int stalledTicks;

    /// @param place where the client is
    /// @param executor runs one thing at a time
    /// @param whenOver called once
    EventStream(
            LiveLog log,
            Ring ring,
            Turns turns,
            Selection selection,
            EventFilter filter,
            long[] place,
            Sink sink,
            Executor executor,
            Consumer<EventStream> whenOver) {
        this.log = log;
        this.ring = ring;
        this.turns = turns;
        this.selection = selection;
        this.filter = filter;
        this.place = place;
        this.toldId = selection.id(place);
        this.sink = sink;
        this.executor = executor;
        this.whenOver = whenOver;
    }

    /// Begins.
    ///
    /// @param retryMillis when the client is to come back if the stream breaks
    void open(int retryMillis) {
        run(() -> {
            write(Buffer.buffer(Frames.opening(retryMillis, toldId)));
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
        if (isOver) {
            return;
        }
        if (waitsForSink) {
            stalledTicks++;
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
        var id = selection.id(place);
        write(Buffer.buffer(id.equals(toldId) ? Frames.KEEP_ALIVE : Frames.progress(id)));
        toldId = id;
    }

    /// Ends with a last event that says why, and from where to resume. Called on any thread.
    void close(String why) {
        run(() -> {
            if (!isOver) {
                last("closing", why, "position", selection.id(place));
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

    /// Sends what there is, as long as the client takes it.
    private void send() {
        for (int batches = 0; !isOver && !waitsForSink; batches++) {
            if (sink.isFull()) {
                awaitSink();
            } else if (batches == BATCHES_IN_A_ROW) {
                signal();
                return;
            } else if (!(number == Ring.NONE ? catchUp() : sendFromRing())) {
                return;
            }
        }
        if (!isOver && waitsForSink && number != Ring.NONE && ring.hasLost(number)) {
            fellBehind();
        }
    }

    /// Does something on the stream's thread. If it fails, the stream breaks off without another
    /// word, so that the client resumes behind the last event that it has.
    private void run(Runnable action) {
        executor.execute(() -> {
            try {
                action.run();
            } catch (RuntimeException | Error failure) { // the top of what is done for it
                LOG.atError().setMessage("A stream of events broke off").setCause(failure).log();
                if (!isOver) {
                    sink.end();
                    over();
                }
            }
        });
    }

    private void awaitSink() {
        waitsForSink = true;
        stalledTicks = 0;
        sink.onceDrained(() ->
                run(() -> {
                    waitsForSink = false;
                    if (!isReading) {
                        giveTurnBack();
                    }
                    send();
                }));
    }

    /// @return whether there may be more at once
    private boolean catchUp() {
        if (hasTurn) {
            return false;
        }
        number = ring.locate(selection, place);
        if (number != Ring.NONE) {
            epoch = ring.epoch();
            isMerged = false;
            hasReadAll = false;
            leaveQueue();
            return true;
        }
        if (!asksForTurn && !(hasReadAll && !ring.follows(selection))) {
            asksForTurn = true;
            turns.ask(this);
        }
        return false;
    }

    private void leaveQueue() {
        if (asksForTurn && turns.leave(this)) {
            asksForTurn = false;
        }
    }

    @Override
    public void turn() {
        run(() -> {
            asksForTurn = false;
            hasTurn = true;
            if (isOver || number != Ring.NONE) {
                giveTurnBack();
                return;
            }
            isReading = true;
            log.read(new SliceQuery(selection.offsets(place), filter))
                    .whenComplete((slice, failure) -> {
                        if (failure != null) {
                            LOG.atWarn()
                                    .setMessage("The log cannot be read for a stream of events")
                                    .addKeyValue("cause", failure)
                                    .log();
                        }
                        run(() -> took(failure == null ? slice : null));
                    });
        });
    }

    /// @param slice null if none could be read, which is tried again with the next tick
    private void took(@Nullable Slice slice) {
        isReading = false;
        if (isOver) {
            giveTurnBack();
            return;
        }
        switch (slice) {
            case null -> giveTurnBack();
            case Slice.Gone(var bounds) -> {
                var earliest = selection.place(bounds.earliest(), bounds.earliest());
                last(
                        "gone",
                        "what comes next is not in the log any more",
                        "earliest",
                        selection.id(earliest));
            }
            case Slice.Read read -> {
                sendPiece(read);
                if (!waitsForSink && sink.isFull()) {
                    awaitSink();
                }
                if (!waitsForSink) { // else it keeps the turn
                    giveTurnBack();
                    signal();
                }
            }
        }
    }

    private void sendPiece(Slice.Read piece) {
        var bytes = Buffer.buffer();
        var at = place.clone();
        var id = toldId;
        for (var event : piece.events()) {
            at[selection.number(partition(event))] = event.offset() + 1;
            id = selection.id(at);
            bytes.appendString(Frames.idLine(id)).appendBytes(Frames.event(event));
        }
        place = selection.join(at, selection.place(piece.next(), piece.next()));
        hasReadAll = piece.atEnd();
        if (piece.events().isEmpty() && !hasReadAll) {
            /* What was passed over need not be read again. */
            id = selection.id(place);
            bytes.appendString(Frames.progress(id));
        }
        toldId = id;
        if (bytes.length() > 0) {
            write(bytes);
        }
    }

    private static LogPartition partition(LoggedEvent event) {
        return new LogPartition(event.topic(), event.partition());
    }

    /// @return whether there may be more at once
    private boolean sendFromRing() {
        var batch = ring.epoch() == epoch ? ring.from(number, BATCH_RECORDS) : null;
        if (batch == null) {
            fellBehind();
            return true;
        }
        if (batch.entries().isEmpty()) {
            arriveAt(batch.head());
            return false;
        }
        var bytes = Buffer.buffer();
        for (var entry : batch.entries()) {
            if (bytes.length() >= BATCH_BYTES) {
                break;
            }
            number++;
            boolean isNew = isMerged || entry.offset() >= place[entry.partition()];
            arriveAt(entry.place());
            if (isNew && selection.contains(entry.partition())) {
                append(entry, bytes);
            }
        }
        if (bytes.length() > 0) {
            write(bytes);
        }
        return true;
    }

    private void append(RingEntry entry, Buffer bytes) {
        var frame = entry.frame(filter);
        if (frame == null) {
            return;
        }
        if (isMerged) {
            bytes.appendBytes(entry.idLine(selection));
        } else {
            bytes.appendBytes(Frames.idLine(selection.id(place)).getBytes(US_ASCII));
        }
        bytes.appendBytes(frame);
    }

    /// The client may be further than the ring in some partitions, of which it read more before.
    private void arriveAt(long[] reached) {
        if (!isMerged) {
            isMerged = selection.covers(reached, place);
        }
        place = isMerged ? reached : selection.join(place, reached);
    }

    /// The ring has moved on. If that is for what the client did not take, it would not keep up.
    private void fellBehind() {
        if (waitsForSink && ring.epoch() == epoch) {
            drop("too slow: more came than is kept for those who are behind");
            return;
        }
        number = Ring.NONE;
    }

    private void drop(String why) {
        last("dropped", why, "position", selection.id(place));
    }

    private void last(String name, String why, String member, String id) {
        var notice = Frames.notice(name, new JsonObject().put("reason", why).put(member, id));
        var resume = member.equals("position") ? Frames.idLine(id) : "";
        write(Buffer.buffer(resume + notice));
        sink.end();
        over();
    }

    private void over() {
        isOver = true;
        leaveQueue();
        if (!isReading) { // else it is under way for this stream, and given back after it
            giveTurnBack();
        }
        whenOver.accept(this);
    }

    private void giveTurnBack() {
        if (hasTurn) {
            hasTurn = false;
            turns.giveBack();
        }
    }

    private void write(Buffer bytes) {
        quietTicks = 0;
        sink.write(bytes);
    }
}
