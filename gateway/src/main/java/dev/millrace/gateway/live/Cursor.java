package dev.millrace.gateway.live;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.domain.log.EventFilter;
import dev.millrace.domain.log.EventLog.LoggedEvent;
import dev.millrace.domain.log.LiveLog;
import dev.millrace.domain.log.LiveLog.Bounds;
import dev.millrace.domain.log.LiveLog.Slice;
import dev.millrace.domain.log.LiveLog.SliceQuery;
import dev.millrace.domain.log.LogPartition;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where one stream is in the log: reads pieces of the log until it is where the ring of recent
/// records begins, and takes them from there from then on.
///
/// ```
///              ┌── a piece, passed ┐          ┌ records, passed ┐
///              ▼                   │          ▼                 │
/// from ──▶ behind ─────────────────┴─ joins ─▶ at the ring ─────┤
///              ▲                                                │
///              └────────── the ring has moved on ───────────────┘
/// ```
///
/// Confined to the stream's thread, on which `executor` runs one thing at a time.
final class Cursor implements Turns.Taker {

    private static final Logger LOG = LoggerFactory.getLogger(Cursor.class);
    private static final int BATCH_RECORDS = 256;

    private final LiveLog log;
    private final Ring ring;
    private final Turns turns;
    private final Selection selection;
    private final EventFilter filter;
    private final Executor executor;
    private final Runnable whenMore;

    /* All before it was passed, or is not asked for. Never changed in place. */
    private long[] place;
    private long number = Ring.NONE; // of the next record in the ring; NONE while behind
    private int epoch;
    private boolean isMerged; // at the ring, whose places are the stream's from here on
    private boolean asksForTurn;
    private boolean hasTurn; // from when it comes until what was read is sent
    private boolean isReading;
    private boolean hasReadAll; // as far as the log went
    private boolean mustRead; // the tail has lost its place: is the stream's still there?
    private boolean isClosed;
    private @Nullable Next read; // what came of the last turn, not passed yet

    /// @param place where the stream begins
    /// @param executor of the stream's thread
    /// @param whenMore told on that thread when a piece was read
    Cursor(
            LiveLog log,
            Ring ring,
            Turns turns,
            Selection selection,
            EventFilter filter,
            long[] place,
            Executor executor,
            Runnable whenMore) {
        this.log = log;
        this.ring = ring;
        this.turns = turns;
        this.selection = selection;
        this.filter = filter;
        this.place = place;
        this.epoch = ring.epoch();
        this.executor = executor;
        this.whenMore = whenMore;
    }

    /// What a stream comes to next.
    sealed interface Next {

        /// Nothing yet.
        record Nothing() implements Next {}

        /// Records of the ring, at least one, each to be passed.
        record Recent(List<RingEntry> entries) implements Next {}

        /// A piece of the log, to be passed as a whole.
        record Piece(Slice.Read slice) implements Next {}

        /// What stands there is not in the log any more.
        ///
        /// @param earliest the id of where nothing is left out but what is gone
        record Gone(String earliest) implements Next {}
    }

    /// What comes next: the same until it is passed.
    Next next() {
        while (read == null) {
            if (number == Ring.NONE && !join()) {
                askForTurn();
                return new Next.Nothing();
            }
            var batch = ring.epoch() == epoch ? ring.from(number, BATCH_RECORDS) : null;
            if (batch == null) {
                fallBehind();
            } else if (batch.entries().isEmpty()) {
                arriveAt(batch.head());
                return new Next.Nothing();
            } else {
                return new Next.Recent(batch.entries());
            }
        }
        return read;
    }

    /// Goes on behind a record of the ring.
    ///
    /// @return whether it is of the partitions that are read, and was not read before
    boolean pass(RingEntry entry) {
        number++;
        boolean isNew = isMerged || entry.offset() >= place[entry.partition()];
        arriveAt(entry.place());
        return isNew && selection.contains(entry.partition());
    }

    /// Goes on behind a piece of the log; [#release] is called once what it brought is sent.
    void pass(Slice.Read slice) {
        read = null;
        place = selection.join(place, selection.place(slice.next(), slice.next()));
        hasReadAll = slice.atEnd();
    }

    /// Lets another stream have its turn.
    void release() {
        if (hasTurn && !isReading && read == null) {
            hasTurn = false;
            turns.giveBack();
        }
    }

    /// The id of where it is.
    String id() {
        return selection.id(place);
    }

    /// The same, right behind a record of the ring that was passed.
    byte[] id(RingEntry entry) {
        return isMerged ? entry.id(selection) : id().getBytes(US_ASCII);
    }

    /// Where it is; not to be changed.
    long[] place() {
        return place;
    }

    LogPartition partition(RingEntry entry) {
        return selection.partition(entry.partition());
    }

    EventFilter filter() {
        return filter;
    }

    Selection selection() {
        return selection;
    }

    /// Whether the ring has moved on since.
    boolean isOvertaken() {
        return number != Ring.NONE && ring.epoch() == epoch && ring.hasLost(number);
    }

    /// Reads nothing any more.
    void close() {
        isClosed = true;
        read = null;
        leaveQueue();
        release(); // what is under way for this stream is given back after it
    }

    private boolean join() {
        if (hasTurn || mustRead) {
            return false;
        }
        int current = ring.epoch();
        if (current != epoch) {
            epoch = current;
            mustRead = true;
            return false;
        }
        number = ring.locate(selection, place);
        if (number == Ring.NONE) {
            return false;
        }
        isMerged = false;
        hasReadAll = false;
        leaveQueue();
        return true;
    }

    private void fallBehind() {
        number = Ring.NONE;
    }

    private void askForTurn() {
        boolean hasToWait = hasReadAll && !mustRead && !ring.follows(selection);
        if (!asksForTurn && !hasTurn && !hasToWait) {
            asksForTurn = true;
            turns.ask(this);
        }
    }

    private void leaveQueue() {
        if (asksForTurn && turns.leave(this)) {
            asksForTurn = false;
        }
    }

    @Override
    public void turn() {
        executor.execute(() -> {
            asksForTurn = false;
            hasTurn = true;
            if (isClosed || number != Ring.NONE) {
                release();
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
                        executor.execute(() -> took(failure == null ? slice : null));
                    });
        });
    }

    /// @param slice null if none could be read, which is tried again with the next tick
    private void took(@Nullable Slice slice) {
        isReading = false;
        if (isClosed || slice == null) {
            release();
            return;
        }
        mustRead = false;
        read =
                switch (slice) {
                    case Slice.Gone(var bounds) -> new Next.Gone(resumable(bounds));
                    case Slice.Read piece -> new Next.Piece(piece);
                };
        whenMore.run();
    }

    private String resumable(Bounds bounds) {
        return selection.id(selection.within(bounds, place));
    }

    /// The stream may be further than the ring in some partitions, of which it read more before.
    private void arriveAt(long[] reached) {
        if (!isMerged) {
            isMerged = selection.covers(reached, place);
        }
        place = isMerged ? reached : selection.join(place, reached);
    }

    static LogPartition partition(LoggedEvent event) {
        return new LogPartition(event.topic(), event.partition());
    }
}
