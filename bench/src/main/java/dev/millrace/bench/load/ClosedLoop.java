package dev.millrace.bench.load;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
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

    /// The same, and the next request is sent by the thread that was told of the answer before, so
    /// that no thread has to be woken in between.
    ///
    /// @param target safe for use by the threads that tell its answers
    public static Outcome chained(Duration length, int inFlight, OpenLoop.Target target)
            throws InterruptedException {
        var chain = new Chain(length.toNanos(), inFlight, target);
        return chain.run();
    }

    private static final class Chain {

        private final long length;
        private final int inFlight;
        private final OpenLoop.Target target;
        private final ConcurrentLinkedQueue<Long> micros = new ConcurrentLinkedQueue<>();
        private final AtomicInteger failed = new AtomicInteger();
        private final AtomicInteger number = new AtomicInteger();
        private final CountDownLatch links;
        private final long began = System.nanoTime();

        Chain(long length, int inFlight, OpenLoop.Target target) {
            this.length = length;
            this.inFlight = inFlight;
            this.target = target;
            this.links = new CountDownLatch(inFlight);
        }

        Outcome run() throws InterruptedException {
            for (int i = 0; i < inFlight; i++) {
                send();
            }
            if (!links.await(
                    length + TimeUnit.SECONDS.toNanos(LONGEST_DRAIN_SECONDS),
                    TimeUnit.NANOSECONDS)) {
                failed.addAndGet((int) links.getCount());
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            return new Outcome(seconds, micros.size(), failed.get(), Latencies.of(micros));
        }

        private void send() {
            long sent = System.nanoTime();
            if (sent - began >= length) {
                links.countDown();
                return;
            }
            var _ =
                    target.send(number.getAndIncrement())
                            .whenComplete((good, failure) -> {
                                if (failure == null && good) {
                                    micros.add((System.nanoTime() - sent) / 1_000);
                                    send();
                                } else {
                                    failed.incrementAndGet();
                                    // Not on this thread: what fails at once would send without
                                    // end.
                                    Thread.startVirtualThread(this::send);
                                }
                            });
        }
    }
}
