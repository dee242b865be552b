package dev.millrace.streams.replay;

import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// How a replay goes on: at what rate, and whether at all. Told by any thread, asked by the one
/// that replays.
final class Course {

    /// The replay was cancelled.
    static final class Cancelled extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private static final double NANOS = 1e9;
    private static final long MOST_BEHIND_NANOS = Duration.ofSeconds(1).toNanos();

    private final LongSupplier ticker;
    private final long begun;
    private @Nullable Integer rate;
    private boolean isPaused;
    private boolean isCancelled;
    private long paused;
    private double due;

    /// @param rate most records a second; null for as many as can be
    /// @param ticker nanoseconds that only grow
    Course(@Nullable Integer rate, LongSupplier ticker) {
        this.rate = rate;
        this.ticker = ticker;
        this.begun = ticker.getAsLong();
        this.due = begun;
    }

    synchronized void pause() {
        isPaused = true;
        notifyAll();
    }

    synchronized void resume() {
        isPaused = false;
        notifyAll();
    }

    synchronized void cancel() {
        isCancelled = true;
        notifyAll();
    }

    /// Keeps to no rate any more.
    synchronized void hurry() {
        rate = null;
        notifyAll();
    }

    synchronized boolean isPaused() {
        return isPaused && !isCancelled;
    }

    /// Returns once one more record may pass; at once if there is no rate to keep and no pause. Who
    /// falls behind for more than a second does not make up for it.
    ///
    /// @param beforeWaiting done first if it does not return at once
    synchronized void pass(Runnable beforeWaiting) throws Cancelled, InterruptedException {
        check(beforeWaiting);
        var now = rate;
        if (now == null) {
            return;
        }
        due = Math.max(due + NANOS / now, ticker.getAsLong() - (double) MOST_BEHIND_NANOS);
        while (rate != null && due - ticker.getAsLong() > 0) {
            beforeWaiting.run();
            sleep((long) (due - ticker.getAsLong()));
            check(beforeWaiting);
        }
    }

    /// Waits while it is paused.
    void check() throws Cancelled, InterruptedException {
        check(() -> {});
    }

    /// Waits while it is paused.
    ///
    /// @param beforeWaiting done first if it is
    synchronized void check(Runnable beforeWaiting) throws Cancelled, InterruptedException {
        long from = ticker.getAsLong();
        while (isPaused && !isCancelled) {
            beforeWaiting.run();
            wait();
            if (!isPaused) {
                paused += ticker.getAsLong() - from;
            }
        }
        if (isCancelled) {
            throw new Cancelled();
        }
    }

    /// Waits so long, or until it is paused, cancelled or in a hurry.
    synchronized void sleep(long nanos) throws InterruptedException {
        long until = ticker.getAsLong() + nanos;
        var before = rate;
        while (!isPaused
                && !isCancelled
                && Objects.equals(before, rate)
                && until - ticker.getAsLong() > 0) {
            wait(Math.max(1, Duration.ofNanos(until - ticker.getAsLong()).toMillis()));
        }
    }

    /// How long it has gone on, pauses left out.
    synchronized Duration gone() {
        return Duration.ofNanos(ticker.getAsLong() - begun - paused);
    }

    /// How long it will go on if the rest is as fast as what is done; null if nobody can tell.
    @Nullable Duration left(long done, long total) {
        return done == 0 || total < done ? null : gone().multipliedBy(total - done).dividedBy(done);
    }
}
