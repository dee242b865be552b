package dev.millrace.streams.views;

import dev.millrace.domain.view.ViewUnavailable;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// The threads that read the stores; at most [#MOST_WAITING] reads wait for them. Reads wait by the
/// time of the machine.
final class Readers implements ReadScheduler {

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

    @Override
    public <T> CompletableFuture<T> read(String view, Supplier<T> reading) {
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

    @Override
    public void start(Runnable task) {
        Thread.startVirtualThread(task);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public <T> CompletableFuture<T> within(long nanos, CompletableFuture<T> answer) {
        return answer.orTimeout(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public CompletableFuture<Void> after(Duration pause) {
        return CompletableFuture.runAsync(
                () -> {},
                CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS));
    }

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
