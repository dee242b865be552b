package dev.millrace.streams.views;

import dev.millrace.domain.view.ViewUnavailable;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/// The threads that read the stores; at most [#MOST_WAITING] reads wait for them. Reads wait by the
/// time of the machine.
///
/// Reads that take too long are found by a look at all of them ten times a second, while there are
/// any: a timer for each would cost more than the read.
final class Readers implements ReadScheduler {

    static final int MOST_WAITING = 256;

    private static final long LOOK_EVERY_MILLIS = 100;

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

    /* No more than wait and are read. */
    private final Set<Pending> pending = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean looks = new AtomicBoolean();

    /// It may take a tenth of a second longer.
    @Override
    public <T> CompletableFuture<T> read(String view, Supplier<T> reading, Duration longest) {
        var answer = new CompletableFuture<T>();
        var one = new Pending(answer, System.nanoTime() + longest.toNanos());
        pending.add(one);
        try {
            threads.execute(() -> {
                try {
                    answer(answer, reading);
                } finally {
                    pending.remove(one);
                }
            });
            lookLater();
        } catch (RejectedExecutionException full) {
            pending.remove(one);
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

    private void lookLater() {
        if (looks.compareAndSet(false, true)) {
            CompletableFuture.delayedExecutor(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)
                    .execute(this::look);
        }
    }

    private void look() {
        looks.set(false);
        long now = System.nanoTime();
        for (var one : pending) {
            if (now - one.until >= 0) {
                one.answer.completeExceptionally(new TimeoutException());
            }
        }
        if (!pending.isEmpty()) {
            lookLater();
        }
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

    /// A read that waits or goes on; each is another.
    private static final class Pending {

        private final CompletableFuture<?> answer;
        private final long until;

        Pending(CompletableFuture<?> answer, long until) {
            this.answer = answer;
            this.until = until;
        }
    }
}
