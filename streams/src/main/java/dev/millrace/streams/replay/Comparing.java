package dev.millrace.streams.replay;

import dev.millrace.domain.replay.Replay.Comparison;
import dev.millrace.domain.replay.Replay.Difference;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// Holds the rows of a replayed view against those of the live one, which goes on meanwhile.
///
/// A row that is not the same at first sight is looked at again: the live one first, then the
/// replayed one after reading as far as the live one had. It differs if neither changes any more
/// and they still are not the same.
final class Comparing {

    private static final int PAGE = 500;
    private static final int LOOKS_AT_THE_SAME = 3;
    private static final int MOST_LOOKS = 200;
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final String view;
    private final String tenant;
    private final Views live;
    private final Views shadow;
    private final Reading reading;
    private final Course course;
    private final RowKeys keys;
    private final EventOf events;
    private long rows;

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
        this.live = live;
        this.shadow = shadow;
        this.reading = reading;
        this.course = course;
        this.keys = RowKeys.of(view);
        this.events = events;
    }

    /// @throws ExecutionException if a view cannot be read
    Comparison compare() throws ExecutionException, Course.Cancelled, InterruptedException {
        var difference = compare(live, shadow, true);
        if (difference == null) {
            difference = compare(shadow, live, false);
        }
        return new Comparison(rows, difference);
    }

    /// Looks at each row of one for the same in the other.
    private @Nullable Difference compare(Views one, Views other, boolean isCounted)
            throws ExecutionException, Course.Cancelled, InterruptedException {
        String token = null;
        do {
            course.check();
            var page = done(one.list(new ViewQuery(view, tenant, Map.of(), PAGE, token)));
            for (var row : page.items()) {
                var key = keys.keyOf(row);
                var same = done(other.get(new RowQuery(view, tenant, key))).json();
                var difference = row.equals(same) ? null : settled(key);
                if (difference != null) {
                    return difference;
                }
                rows += isCounted ? 1 : 0;
            }
            token = page.nextToken();
        } while (token != null);
        return null;
    }

    /// What is to be said of a row that was not the same; null if it is.
    private @Nullable Difference settled(String key)
            throws ExecutionException, Course.Cancelled, InterruptedException {
        Difference last = null;
        int same = 0;
        for (int look = 0; look < MOST_LOOKS; look++) {
            var now = done(live.get(new RowQuery(view, tenant, key)));
            reading.follow(now.position());
            reading.go();
            var replayed = done(shadow.get(new RowQuery(view, tenant, key))).json();
            if (Objects.equals(now.json(), replayed)) {
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
        return last;
    }

    private static <T> T done(CompletionStage<T> answer)
            throws ExecutionException, InterruptedException {
        return answer.toCompletableFuture().get();
    }

    /// How far the replayed rows have read.
    Position position() {
        return reading.position();
    }
}
