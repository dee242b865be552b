package dev.millrace.gateway.queues;

import dev.millrace.gateway.work.TakenItem;
import dev.millrace.gateway.work.WorkUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Somebody who asks for work, until there is some or the time is up.
///
/// Safe for use by many threads.
final class Ask {

    /// Whoever does not want to wait waits so long all the same, for one look at the queues.
    private static final Duration ONE_LOOK = Duration.ofMillis(500);

    private final int most;
    private final boolean isBrief;
    private final CompletableFuture<List<TakenItem>> answer = new CompletableFuture<>();

    /// @param most items
    /// @param wait how long; zero for one look
    Ask(int most, Duration wait) {
        this.most = most;
        this.isBrief = wait.isZero();
        long millis = Math.max(ONE_LOOK.toMillis(), wait.toMillis());
        var _ = answer.completeOnTimeout(List.of(), millis, TimeUnit.MILLISECONDS);
    }

    /// Nobody, who asks for nothing.
    static Ask nobody() {
        var nobody = new Ask(0, Duration.ZERO);
        nobody.end();
        return nobody;
    }

    int most() {
        return most;
    }

    /// Whether one look is enough.
    boolean isBrief() {
        return isBrief;
    }

    CompletableFuture<List<TakenItem>> answer() {
        return answer;
    }

    /// Whether nobody asks any more.
    boolean isOver() {
        return answer.isDone();
    }

    /// Answers with some items.
    ///
    /// @return whether somebody was there to be answered
    boolean give(List<TakenItem> items) {
        return answer.complete(items);
    }

    void end() {
        answer.complete(List.of());
    }

    void fail(WorkUnavailable why) {
        answer.completeExceptionally(why);
    }
}
