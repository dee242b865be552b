package dev.millrace.domain.replay;

import dev.millrace.domain.view.Moment;
import org.jspecify.annotations.Nullable;

/// What to replay.
///
/// @param view one of [Replays#VIEWS]
/// @param tenant whose rows will be asked for
/// @param until as of when: a time of the log or a position; null for all there is by now, which is
///   then compared with the live view
/// @param rate most records a second, 1 to 1,000,000; null for as many as can be
public record ReplayRequest(
        String view, String tenant, @Nullable Moment until, @Nullable Integer rate) {

    /// The highest rate that can be asked for.
    public static final int MOST_RATE = 1_000_000;

    public ReplayRequest {
        if (rate != null && (rate < 1 || rate > MOST_RATE)) {
            throw new IllegalArgumentException(
                    "rate: %d (expected: 1..%d)".formatted(rate, MOST_RATE));
        }
    }
}
