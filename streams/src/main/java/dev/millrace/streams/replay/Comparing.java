package dev.millrace.streams.replay;

import dev.millrace.domain.replay.Replay.Comparison;
import dev.millrace.domain.replay.Replay.Difference;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// Holds the rows of a replayed view against those of the live one, which goes on meanwhile.
///
/// The live view is read no earlier than it has come to where the replay is. A row that is not the
/// same at first sight is looked at again: the live one first, then the replayed one after reading
/// as far as the live one had. It differs if neither changes any more and they still are not the
/// same; where they never stop changing, nothing is said of it.
final class Comparing {

    private static final int PAGE = 500;
    static final int LOOKS_AT_THE_SAME = 3;
    static final int MOST_LOOKS = 60;
    static final Duration PAUSE = Duration.ofMillis(50);

    private final String view;
    private final String tenant;
    private final LiveReads live;
    private final Views shadow;
    private final Reading reading;
    private final Course course;
    private final RowKeys keys;
    private final EventOf events;
    private long rows;
    private long unsettled;

    /// Where the last event stands that a row follows from.
    @FunctionalInterface
    interface EventOf {
        @Nullable String row(String key);
    }

    Comparing(
            String view,
            String tenant,
            Views live,
            Views shadow,
            Reading reading,
            Course course,
            EventOf events) {
        this.view = view;
        this.tenant = tenant;
        this.live = new LiveReads(live, course);
        this.shadow = shadow;
        this.reading = reading;
        this.course = course;
        this.keys = RowKeys.of(view);
        this.events = events;
    }

    /// @throws ExecutionException if the live view cannot be read, or does not come to where the
    ///   replay is
    Comparison compare() throws ExecutionException, Course.Cancelled, InterruptedException {
        var difference = liveRows();
        if (difference == null) {
            difference = replayedRows();
        }
        return new Comparison(rows, unsettled, difference);
    }

    /// Looks at each row of the live view for the same in the replay.
    private @Nullable Difference liveRows()
            throws ExecutionException, Course.Cancelled, InterruptedException {
        String token = null;
        do {
            var page = livePage(token);
            for (var row : page.items()) {
                var key = keys.keyOf(row);
                if (row.equals(replayed(key))) {
                    rows++;
                } else {
                    var difference = settled(key);
                    if (difference != null) {
                        return difference;
                    }
                }
            }
            token = page.nextToken();
        } while (token != null);
        return null;
    }

    /// Looks for rows of the replay that the live view does not have.
    private @Nullable Difference replayedRows()
            throws ExecutionException, Course.Cancelled, InterruptedException {
        String token = null;
        do {
            var page =
                    LiveReads.done(shadow.list(new ViewQuery(view, tenant, Map.of(), PAGE, token)));
            var there = new HashSet<String>();
            livePage(token).items().forEach(row -> there.add(keys.keyOf(row)));
            for (var row : page.items()) {
                var key = keys.keyOf(row);
                if (!there.contains(key)) {
                    long before = rows;
                    var difference = settled(key);
                    rows = before; // counted with the rows of the live view, if it has it
                    if (difference != null) {
                        return difference;
                    }
                }
            }
            token = page.nextToken();
        } while (token != null);
        return null;
    }

    /// What is to be said of a row that was not the same; null if nothing is.
    private @Nullable Difference settled(String key)
            throws ExecutionException, Course.Cancelled, InterruptedException {
        Difference last = null;
        int same = 0;
        for (int look = 0; look < MOST_LOOKS; look++) {
            var at = reading.position();
            var now = live.get(new RowQuery(view, tenant, key, at, null));
            reading.follow(now.position());
            reading.go();
            var replayed = replayed(key);
            if (Objects.equals(now.json(), replayed)) {
                rows++;
                return null;
            }
            var difference = new Difference(key, now.json(), replayed, events.row(key));
            same = difference.equals(last) ? same + 1 : 1;
            if (same == LOOKS_AT_THE_SAME) {
                return difference;
            }
            last = difference;
            course.check();
            course.sleep(PAUSE.toNanos());
        }
        unsettled++;
        return null;
    }

    private Views.ViewPage livePage(@Nullable String token)
            throws ExecutionException, Course.Cancelled, InterruptedException {
        Position at = reading.position();
        return live.list(new ViewQuery(view, tenant, Map.of(), false, false, PAGE, token, at));
    }

    private @Nullable String replayed(String key) throws ExecutionException, InterruptedException {
        return LiveReads.done(shadow.get(new RowQuery(view, tenant, key))).json();
    }
}
