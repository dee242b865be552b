package dev.millrace.domain.replay;

import dev.millrace.domain.view.Moment;
import org.jspecify.annotations.Nullable;

/// What to replay: a view, one task, or what a view is made of within a range of the log.
///
/// @param view one of [Replays#VIEWS]; of one task, `tasks`
/// @param tenant whose rows will be asked for
/// @param entity the id of the one task whose history is to be folded; null for all there is
/// @param from only what was written after a position, or at a time or later; null from the
///   beginning of the log
/// @param until as of when: a time of the log or a position, of one task an event too; null for all
///   there is by now, which is then compared with what is live
/// @param rate most records a second, 1 to 1,000,000, of one task its own; null for as many as can
///   be
public record ReplayRequest(
        String view,
        String tenant,
        @Nullable String entity,
        @Nullable Moment from,
        @Nullable Moment until,
        @Nullable Integer rate) {

    /// The highest rate that can be asked for.
    public static final int MOST_RATE = 1_000_000;

    public ReplayRequest {
        if (rate != null && (rate < 1 || rate > MOST_RATE)) {
            throw new IllegalArgumentException(
                    "rate: %d (expected: 1..%d)".formatted(rate, MOST_RATE));
        }
        if (entity != null && from != null) {
            throw new IllegalArgumentException(
                    "from: %s (expected: none, where one task is replayed)".formatted(from));
        }
    }

    /// A view.
    public ReplayRequest(
            String view, String tenant, @Nullable Moment until, @Nullable Integer rate) {
        this(view, tenant, null, null, until, rate);
    }

    /// Whether its rows are those of the whole view as of a moment.
    public boolean isWholeViewUntil(String wanted, Moment moment) {
        return view.equals(wanted) && entity == null && from == null && moment.equals(until);
    }
}
