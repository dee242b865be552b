package dev.millrace.streams.views;

import dev.millrace.domain.view.ViewUnavailable;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// The threads that read the stores; at most [#MOST_WAITING] reads wait for them.
final class Readers implements AutoCloseable {

    static final int MOST_WAITING = 256;

    private final ThreadPoolExecutor threads;

    /// @param readers how many threads there are
    Readers(int readers) {
        this.threads =
                new ThreadPoolExecutor(
                        readers,
                        readers,
                        0,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(MOST_WAITING),
                        Thread.ofPlatform().daemon().name("millrace-views-reader-", 0).factory());
    }

    /// Reads when it is its turn, unless its answer is complete by then, with a timeout for
    /// instance.
    ///
    /// @param view its name, to say that it is unavailable
    <T> CompletableFuture<T> read(String view, Supplier<T> reading) {
        var answer = new CompletableFuture<T>();
        try {
            threads.execute(() -> answer(answer, reading));
        } catch (RejectedExecutionException full) {
            answer.completeExceptionally(
                    new ViewUnavailable(
                            view,
                            threads.isShutdown()
                                    ? "the site is stopping"
                                    : MOST_WAITING + " reads are waiting already"));
        }
        return answer;
    }

    /// Lets the reads that have begun finish and refuses new ones.
    @Override
    public void close() {
        threads.shutdown();
    }

    private static <T> void answer(CompletableFuture<T> answer, Supplier<T> reading) {
        if (answer.isDone()) {
            return; // too late: nobody waits for it any more
        }
        try {
            answer.complete(reading.get());
        } catch (RuntimeException | Error failure) {
            answer.completeExceptionally(failure);
        }
    }
}
