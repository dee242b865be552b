package dev.millrace.bench.streams;

import dev.millrace.bench.load.Latencies;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// What came to the clients of one run of events. Told by one thread, asked by another once all is
/// there.
final class Deliveries {

    private final int first;
    private final int events;
    private final boolean isTimed;
    private final CountDownLatch missing;
    private final ConcurrentHashMap<Integer, Long> submitted = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Integer, Long> earliest = new ConcurrentHashMap<>();
    private final List<Long> micros = new ArrayList<>();
    private final List<Long> microsAfterFirst = new ArrayList<>();
    private volatile long lastNanos;

    /// @param first number of the first event
    /// @param isTimed whether the time of each delivery is to be remembered
    Deliveries(int first, int events, int clients, boolean isTimed) {
        this.first = first;
        this.events = events;
        this.isTimed = isTimed;
        this.missing = new CountDownLatch(Math.multiplyExact(events, clients));
    }

    /// Says that what leads to an event is submitted now.
    void submitting(int number) {
        submitted.put(number, System.nanoTime());
    }

    /// Says that an event came to a client.
    void delivered(int number, long nanos) {
        if (number < first || number >= first + events) {
            return;
        }
        if (isTimed) {
            micros.add((nanos - submitted.getOrDefault(number, nanos)) / 1_000);
            var before = earliest.putIfAbsent(number, nanos);
            microsAfterFirst.add((nanos - (before == null ? nanos : before)) / 1_000);
        }
        lastNanos = nanos;
        missing.countDown();
    }

    /// Waits until every client has every event.
    ///
    /// @return how many deliveries are missing after that long
    long await(long seconds) throws InterruptedException {
        var _ = missing.await(seconds, TimeUnit.SECONDS);
        return missing.getCount();
    }

    /// When the last one came.
    long lastNanos() {
        return lastNanos;
    }

    /// From each event's submission to each client.
    Latencies latencies() {
        return Latencies.of(micros);
    }

    /// From the first client that had an event to each of them.
    Latencies spread() {
        return Latencies.of(microsAfterFirst);
    }
}
