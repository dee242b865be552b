package dev.millrace.streams.views.fold;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/// Tells whoever waits for a record that it is folded.
///
/// Where nobody waits, a record costs one look. How many wait is for those to bound who let them.
/// Safe for use by many threads.
public final class Arrivals {

    private final Map<String, ConcurrentLinkedQueue<Waiter>> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    /// Waits for a record or any after it, from now on: whether it is folded already, the store of
    /// applied offsets says, which is to be asked afterwards.
    ///
    /// @param partition `topic-partition`
    /// @return to be cancelled by whoever stops waiting; fails with [InvalidStateStoreException] if
    ///   the partition moves away meanwhile
    public CompletableFuture<Void> await(String partition, long offset) {
        var waiter = new Waiter(offset, new CompletableFuture<>());
        var queue = waiting.computeIfAbsent(partition, _ -> new ConcurrentLinkedQueue<>());
        count.incrementAndGet();
        queue.add(waiter);
        var _ =
                waiter.arrival.whenComplete((_, _) -> {
                    if (queue.remove(waiter)) {
                        count.decrementAndGet();
                    }
                });
        return waiter.arrival;
    }

    /// A record is folded, and reads find it.
    void arrived(RecordMetadata record) {
        if (count.get() == 0) {
            return;
        }
        var queue = waiting.get(record.topic() + "-" + record.partition());
        if (queue != null) {
            for (var waiter : queue) {
                if (record.offset() >= waiter.offset) {
                    waiter.arrival.complete(null);
                }
            }
        }
    }

    /// A partition is not folded here any more: whoever waits for it is to ask where it is now.
    ///
    /// @param applied the store of applied offsets of the fold that ends
    public void left(String applied, int partition) {
        for (var topic : ViewsTopology.topics(applied)) {
            var queue = waiting.get(topic + "-" + partition);
            if (queue != null) {
                for (var waiter : queue) {
                    waiter.arrival.completeExceptionally(
                            new InvalidStateStoreException(topic + "-" + partition + " moves"));
                }
            }
        }
    }

    /// How many wait.
    public int waiting() {
        return count.get();
    }

    private record Waiter(long offset, CompletableFuture<Void> arrival) {}
}
