package dev.millrace.gateway.live;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.domain.event.Digest;
import dev.millrace.domain.log.EventLog.LoggedEvent;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowTouch;
import dev.millrace.domain.view.ViewBehind;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.gateway.live.Cursor.Next;
import dev.millrace.gateway.live.RowFeed.Row;
import dev.millrace.gateway.live.RowFeed.Rows;
import dev.millrace.schemas.client.Causes;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The rows of a view: those there are, page by page, and from then on those that change.
///
/// ```
/// picture ── page, page … complete ──▶ changes ──┐
///                                      ▲         │ events of the log touch rows; those are read
///                                      └─────────┘ once the view has folded the events, and told
/// ```
///
/// Changes begin at the place in the log up to which the view had read before the first page, so
/// what came in between is told again. A round takes the events that came and tells each row that
/// they touch once, as it is by then. A row is told again only if it is not what was told last, as
/// far as that is remembered.
final class RowSource implements Source, Turns.Taker {

    /// Rows read at a time for a stream.
    static final int MOST_READS = 8;

    /// Rows touched in a round, after which the rest of the records waits for the next one; one
    /// piece of the log may touch more.
    static final int ROUND_ROWS = 64;

    /// Batches of the log that are passed before a view that sums up is read for them all the same.
    static final int MOST_BATCHES = 64;

    /// Rows of which it is remembered what was told last.
    static final int MOST_REMEMBERED = 256;

    private static final Logger LOG = LoggerFactory.getLogger(RowSource.class);
    private static final Digest ABSENT = Digest.of("");

    private final LiveStream stream;
    private final Outlet outlet;
    private final Cursor cursor;
    private final RowFeed feed;
    private final Turns turns;
    private final Position begun;
    private final Deque<Put> out = new ArrayDeque<>();
    private final Map<String, Touched> touched = new LinkedHashMap<>();
    private final Map<String, Digest> told;

    private String id;
    private @Nullable String token; // of the page that comes next; null once there is none
    private boolean asksForTurn;
    private boolean hasTurn;
    private int batches; // passed in a row, of a view that sums up
    private boolean isReading;
    private boolean isInRound;
    private boolean waitsForTick;
    private boolean isClosed;

    /// @param begun what the view has at least, for all pages of the picture
    /// @param start the first page that is told; null if the client has all
    /// @param isNew whether the client has nothing yet
    /// @param page the token of `start`
    RowSource(
            LiveStream stream,
            Outlet outlet,
            Cursor cursor,
            RowFeed feed,
            Turns turns,
            Position begun,
            @Nullable Rows start,
            String page,
            boolean isNew) {
        this.stream = stream;
        this.outlet = outlet;
        this.cursor = cursor;
        this.feed = feed;
        this.turns = turns;
        this.begun = begun;
        this.told = memory(feed.view().isSummary() ? Integer.MAX_VALUE : MOST_REMEMBERED);
        this.id = start == null ? cursor.id() : ViewPlace.id(cursor.id(), page);
        if (start != null) {
            if (isNew) {
                put("reset", new JsonObject().put("view", feed.view().view()).encode());
            }
            take(start);
        }
    }

    private static Map<String, Digest> memory(int most) {
        return new LinkedHashMap<>(16, 0.75F, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Digest> eldest) {
                return size() > most;
            }
        };
    }

    /// Something to be told.
    ///
    /// @param id of the place behind it
    private record Put(String id, Frame frame) {}

    /// A row that is to be read.
    ///
    /// @param after the events that touched it
    private record Touched(Position after, boolean mayHaveGone) {}

    @Override
    public boolean step() {
        if (!out.isEmpty()) {
            putOut();
            return true;
        }
        drained();
        if (isReading) {
            return false;
        }
        if (token == null && feed.view().isSummary()) {
            return sumUp();
        }
        if (waitsForTick) {
            return false;
        }
        if (token != null) {
            askForPage();
            return false;
        }
        if (!isInRound && !beginRound()) {
            return false;
        }
        return readRows();
    }

    private void putOut() {
        while (!out.isEmpty() && outlet.held() < LiveStream.BATCH_BYTES) {
            var next = out.remove();
            outlet.event(next.id.getBytes(US_ASCII), next.frame);
            id = next.id;
        }
    }

    private void put(String name, String json) {
        out.add(new Put(id, Frame.of(name, json)));
    }

    // The picture.

    private void askForPage() {
        if (!asksForTurn && !hasTurn) {
            asksForTurn = true;
            turns.ask(this);
        }
    }

    @Override
    public void turn() {
        stream.run(() -> {
            asksForTurn = false;
            hasTurn = true;
            var page = token;
            if (isClosed || page == null) {
                release();
                return;
            }
            isReading = true;
            var _ =
                    feed.page(page.isEmpty() ? null : page, begun)
                            .whenComplete((rows, failure) -> stream.run(() -> took(rows, failure)));
        });
    }

    private void took(@Nullable Rows rows, @Nullable Throwable failure) {
        isReading = false;
        if (isClosed) {
            release();
        } else if (rows == null) {
            failed(failure);
            release();
        } else {
            take(rows);
            stream.signal();
        }
    }

    private void take(Rows page) {
        page.rows().forEach(row -> tell(row, false));
        token = page.next();
        var changes = cursor.id();
        if (token != null) {
            endWith(ViewPlace.id(changes, token));
        } else {
            var complete = new JsonObject().put("position", begun.toString());
            out.add(new Put(changes, Frame.of("complete", complete)));
        }
    }

    /// The last that is put has the id of what comes next.
    private void endWith(String next) {
        var last = out.pollLast();
        if (last == null) {
            id = next;
        } else {
            out.add(new Put(next, last.frame));
        }
    }

    private void release() {
        if (hasTurn && !isReading) {
            hasTurn = false;
            turns.giveBack();
        }
    }

    // The changes.

    /// All that came since the last read of a view that sums up is one round, which is read with
    /// the tick: however much comes in a second, the stream is no further behind than that.
    ///
    /// @return whether there may be more at once
    private boolean sumUp() {
        if (beginRound()) {
            if (touched.isEmpty()) {
                endRound();
            }
            batches++;
            if (waitsForTick || batches < MOST_BATCHES) {
                return true;
            }
        }
        if (isClosed || waitsForTick || touched.isEmpty()) {
            return false;
        }
        batches = 0;
        return readRows();
    }

    /// @return whether any row is touched, or more may come at once
    private boolean beginRound() {
        switch (cursor.next()) {
            case Next.Nothing _ -> {
                if (touched.isEmpty()) {
                    id = cursor.id();
                }
                return false;
            }
            case Next.Gone(var earliest) -> {
                stream.gone(earliest);
                return false;
            }
            case Next.Recent(var entries) -> {
                for (var entry : entries) {
                    if (touched.size() >= ROUND_ROWS) {
                        break;
                    }
                    var event = cursor.pass(entry) ? entry.event(cursor.filter()) : null;
                    if (event != null) {
                        touch(event);
                    }
                }
            }
            case Next.Piece(var slice) -> {
                slice.events().forEach(this::touch);
                cursor.pass(slice);
                if (touched.isEmpty() && !slice.atEnd()) {
                    outlet.progress(cursor.id()); // what was passed over need not be read again
                }
            }
        }
        isInRound = true;
        return true;
    }

    private void touch(LoggedEvent event) {
        var touch = feed.touch(event);
        if (touch == null) {
            return;
        }
        var one =
                new Touched(
                        Position.at(event.topic(), event.partition(), event.offset()),
                        feed.mayHaveGone(touch));
        touched.merge(touch.key(), one, RowSource::both);
    }

    private static Touched both(Touched one, Touched other) {
        return new Touched(one.after.join(other.after), one.mayHaveGone || other.mayHaveGone);
    }

    /// @return whether there may be more at once
    private boolean readRows() {
        if (touched.isEmpty()) {
            endRound();
            return true;
        }
        isReading = true;
        if (feed.view().isSummary()) {
            waitsForTick = true; // once a second will do
        }
        var all = touched.remove(RowTouch.ALL);
        if (all != null) {
            var _ =
                    feed.all(all.after)
                            .whenComplete((rows, failure) ->
                                    stream.run(() -> tookAll(all, rows, failure)));
            return false;
        }
        var reads = new LinkedHashMap<String, CompletableFuture<Row>>();
        var asked = new LinkedHashMap<String, Touched>();
        for (var key : List.copyOf(touched.keySet())) {
            var one = reads.size() < MOST_READS ? touched.remove(key) : null;
            if (one != null) {
                asked.put(key, one);
                reads.put(key, feed.read(key, one.after));
            }
        }
        var _ =
                CompletableFuture.allOf(reads.values().toArray(CompletableFuture[]::new))
                        .whenComplete((_, _) -> stream.run(() -> tookRows(asked, reads)));
        return false;
    }

    private void tookRows(Map<String, Touched> asked, Map<String, CompletableFuture<Row>> reads) {
        isReading = false;
        if (isClosed) {
            return;
        }
        asked.forEach((key, one) -> {
            var read = reads.get(key);
            if (read == null || read.isCompletedExceptionally()) {
                touched.merge(key, one, RowSource::both); // it is tried once more
                failed(read == null ? null : read.exceptionNow());
            } else {
                tell(read.resultNow(), one.mayHaveGone);
            }
        });
        goOn();
    }

    private void tookAll(Touched one, @Nullable Rows rows, @Nullable Throwable failure) {
        isReading = false;
        if (isClosed) {
            return;
        }
        if (rows == null) {
            touched.merge(RowTouch.ALL, one, RowSource::both);
            failed(failure);
            return;
        }
        if (rows.next() != null) {
            stream.drop("there are too many rows to follow by now; ask for some of them");
            return;
        }
        var missing = new ArrayList<>(told.keySet());
        rows.rows()
                .forEach(row -> {
                    missing.remove(row.key());
                    tell(row, false);
                });
        missing.forEach(key -> tell(new Row(key, null), true));
        goOn();
    }

    private void goOn() {
        if (touched.isEmpty()) {
            endRound();
        }
        stream.signal();
    }

    private void endRound() {
        isInRound = false;
        endWith(cursor.id());
    }

    private void tell(Row row, boolean mayHaveGone) {
        var json = row.json();
        if (json == null && !mayHaveGone && !told.containsKey(row.key())) {
            return;
        }
        var now = json == null ? ABSENT : Digest.of(json);
        if (now.equals(told.put(row.key(), now))) {
            return;
        }
        var key = Json.encode(row.key());
        if (json == null) {
            put("removed", "{\"key\":" + key + "}");
        } else {
            put("row", "{\"key\":" + key + ",\"row\":" + json + "}");
        }
    }

    /// A view that cannot be read just now is asked again with the next tick.
    private void failed(@Nullable Throwable failure) {
        var cause = failure == null ? null : Causes.ofStage(failure);
        if (cause instanceof ViewUnavailable || cause instanceof ViewBehind) {
            waitsForTick = true;
            return;
        }
        LOG.atError()
                .setMessage("A view cannot be read for a stream")
                .addKeyValue("view", feed.view().view())
                .setCause(cause)
                .log();
        stream.breakOff();
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public void drained() {
        if (out.isEmpty() && !isReading) {
            release();
            if (!isInRound || feed.view().isSummary()) {
                cursor.release();
            }
        }
    }

    @Override
    public void second() {
        waitsForTick = false;
    }

    @Override
    public boolean isOvertaken() {
        return cursor.isOvertaken();
    }

    @Override
    public void close() {
        isClosed = true;
        if (asksForTurn && turns.leave(this)) {
            asksForTurn = false;
        }
        release();
        cursor.close();
    }
}
