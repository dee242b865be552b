package dev.millrace.streams.replay;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// How a replay goes on: at what rate, and whether at all. Told by any thread, asked by the one
/// that replays.
final class Course {

    /// The replay was cancelled.
    static final class Cancelled extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private static final long LONGEST_PAUSE_NANOS = Duration.ofMillis(200).toNanos();

    private final @Nullable Integer rate;
    private final LongSupplier ticker;
    private boolean isPaused;
    private boolean isCancelled;
    private long begun;
    private long pausedFor;
    private long passed;

    /// @param rate most records a second; null for as many as can be
    /// @param ticker nanoseconds that only grow
    Course(@Nullable Integer rate, LongSupplier ticker) {
        this.rate = rate;
        this.ticker = ticker;
        this.begun = ticker.getAsLong();
    }

    synchronized void pause() {
        isPaused = true;
    }

    synchronized void resume() {
        isPaused = false;
        notifyAll();
    }

    synchronized void cancel() {
        isCancelled = true;
        notifyAll();
    }

    synchronized boolean isPaused() {
        return isPaused;
    }

    /// Returns once so many records may pass; at once if there is no rate to keep and no pause.
    synchronized void pass(int records) throws Cancelled, InterruptedException {
        check();
        passed += records;
        if (rate == null) {
            return;
        }
        long due = begun + pausedFor + Math.round(passed * 1e9 / rate);
        for (long left = due - ticker.getAsLong(); left > 0; left = due - ticker.getAsLong()) {
            sleep(left);
            long before = pausedFor;
            check();
            due += pausedFor - before;
        }
    }

    /// Waits while it is paused.
    synchronized void check() throws Cancelled, InterruptedException {
        long from = ticker.getAsLong();
        boolean waited = isPaused && !isCancelled;
        while (isPaused && !isCancelled) {
            wait();
        }
        if (waited) {
            pausedFor += ticker.getAsLong() - from;
        }
        if (isCancelled) {
            throw new Cancelled();
        }
    }

    /// Waits a moment, or less if anything is told meanwhile.
    synchronized void sleep(long nanos) throws InterruptedException {
        var wait = Duration.ofNanos(Math.min(nanos, LONGEST_PAUSE_NANOS));
        wait(Math.max(1, wait.toMillis()));
    }

    /// How long it has gone on, pauses left out.
    synchronized Duration gone() {
        return Duration.ofNanos(ticker.getAsLong() - begun - pausedFor);
    }
}
