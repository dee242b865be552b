package dev.millrace.streams.views;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// On which threads reads run, and by what time they wait. Safe for use by many threads.
interface ReadScheduler extends AutoCloseable {

    /// Reads when it is its turn, unless its answer is complete by then. Fails with
    /// [dev.millrace.domain.view.ViewUnavailable] if too many wait already.
    ///
    /// @param view its name, to say that it is unavailable
    /// @param longest after which the answer fails with a `TimeoutException`
    <T> CompletableFuture<T> read(String view, Supplier<T> reading, Duration longest);

    /// Runs what may block for long, on a thread of its own.
    void start(Runnable task);

    /// Nanoseconds that only grow.
    long nanoTime();

    /// The same answer, which fails with a `TimeoutException` unless it is complete by then.
    <T> CompletableFuture<T> within(long nanos, CompletableFuture<T> answer);

    /// Completes after a while.
    CompletableFuture<Void> after(Duration pause);

    /// Lets the reads that have begun finish and refuses new ones.
    @Override
    void close();
}
