package dev.millrace.gateway.queues;

import dev.millrace.gateway.work.TakenItem;
import dev.millrace.gateway.work.WorkUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Somebody who asks for work, until it came or the time is up.
///
/// Safe for use by many threads.
final class Ask {

    /// Whoever waits for nothing waits so long all the same, for an answer to be there.
    private static final Duration SHORTEST = Duration.ofMillis(250);

    private final CompletableFuture<List<TakenItem>> answer = new CompletableFuture<>();

    Ask(Duration wait) {
        long millis = Math.max(SHORTEST.toMillis(), wait.toMillis());
        var _ = answer.completeOnTimeout(List.of(), millis, TimeUnit.MILLISECONDS);
    }

    private Ask() {
        answer.complete(List.of());
    }

    /// Nobody, who asks for nothing.
    static Ask nobody() {
        return new Ask();
    }

    CompletableFuture<List<TakenItem>> answer() {
        return answer;
    }

    /// Whether nobody asks any more.
    boolean isOver() {
        return answer.isDone();
    }

    /// @return whether somebody was there to be given that
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
