package dev.millrace.gateway.work;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// The queues of work.
///
/// Safe for use by many threads; calls never block.
public interface WorkSource {

    /// Takes work of a kind out of its queues, the most urgent first, though none starves.
    ///
    /// @param most at least 1; fewer may come though more waits
    /// @param wait how long to wait for the first of it; zero for no more than a look
    /// @return completes as soon as there is some, or with nothing when the time is up; each item
    ///   that comes is to be accepted or released. Fails with [WorkUnavailable] if nothing can be
    ///   taken just now. Whoever does not want it any more completes or cancels it: what comes then
    ///   goes back
    CompletableFuture<List<TakenItem>> take(String kind, int most, Duration wait);
}
