package dev.millrace.bench.load;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Keeps a number of requests under way, each sent as soon as one before is answered: how much
/// something does at most. What its latencies are at a given rate, an [OpenLoop] tells.
public final class ClosedLoop {

    private static final long LONGEST_DRAIN_SECONDS = 120;

    private ClosedLoop() {}

    /// What was done.
    ///
    /// @param seconds from the first request to the last answer
    /// @param good answers in that time
    /// @param failed all others, and those that got none within two minutes of the last request
    /// @param latencies of the good ones, from when each was sent
    public record Outcome(double seconds, int good, int failed, Latencies latencies) {

        public double perSecond() {
            return good / seconds;
        }
    }

    /// Runs for a while.
    ///
    /// @param first the number of the first request
    public static Outcome run(Duration length, int inFlight, int first, OpenLoop.Target target)
            throws InterruptedException {
        var slots = new Semaphore(inFlight);
        var micros = new ConcurrentLinkedQueue<Long>();
        var failed = new AtomicInteger();
        long began = System.nanoTime();
        int number = first;
        while (System.nanoTime() - began < length.toNanos()) {
            slots.acquire();
            long sent = System.nanoTime();
            var _ =
                    target.send(number++)
                            .whenComplete((good, failure) -> {
                                if (failure == null && good) {
                                    micros.add((System.nanoTime() - sent) / 1_000);
                                } else {
                                    failed.incrementAndGet();
                                }
                                slots.release();
                            });
        }
        if (!slots.tryAcquire(inFlight, LONGEST_DRAIN_SECONDS, TimeUnit.SECONDS)) {
            failed.addAndGet(inFlight - slots.availablePermits());
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        return new Outcome(seconds, micros.size(), failed.get(), Latencies.of(micros));
    }
}
