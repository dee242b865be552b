package dev.millrace.streams.views.stores;

import dev.millrace.domain.log.LogPartition;
import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.Position;
import dev.millrace.streams.views.fold.Arrivals;
import dev.millrace.streams.views.fold.ViewsTopology;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;

/// Waits until the folds of one process have come to a position.
///
/// @param stores what the process holds; fails for what it does not
/// @param arrivals told of each record that is folded there
public record Reached(ViewStores stores, Arrivals arrivals) {

    /// Completes when every partition that the position names is folded as far, on whatever thread
    /// folds it. Fails with `InvalidStateStoreException` if one is not here.
    ///
    /// @return to be cancelled by whoever stops waiting
    public CompletableFuture<Void> position(Position after) {
        var parts = new ArrayList<CompletableFuture<Void>>();
        try {
            after.offsets().forEach((name, offset) -> parts.add(partition(name, offset)));
        } catch (RuntimeException notHere) {
            cancel(parts);
            return CompletableFuture.failedFuture(notHere);
        }
        return all(parts);
    }

    /// Completes once all have, and fails as soon as one does, which ends the others.
    static CompletableFuture<Void> all(List<CompletableFuture<Void>> parts) {
        var all = CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new));
        for (var part : parts) {
            var _ =
                    part.whenComplete((_, failure) -> {
                        if (failure != null) {
                            all.completeExceptionally(failure);
                        }
                    });
        }
        var _ = all.whenComplete((_, _) -> cancel(parts));
        return all;
    }

    private CompletableFuture<Void> partition(String name, long offset) {
        var partition = partition(name, stores.partitions());
        var arrival = arrivals.await(name, offset);
        try {
            // Asked only now, or a record folded in between would be waited for in vain.
            var applied = stores.<Long>store(applied(partition), partition.partition()).get(name);
            if (applied != null && applied >= offset) {
                arrival.complete(null);
            }
            return arrival;
        } catch (RuntimeException notHere) {
            arrival.cancel(false);
            throw notHere;
        }
    }

    /// Whose position a name of [Position#offsets] tells.
    ///
    /// @param partitions how many there are
    /// @throws InvalidQuery if no view is made of it
    static TopicPartition partition(String name, int partitions) {
        var named = LogPartition.parse(name);
        var partition = new TopicPartition(named.topic(), named.partition());
        if (partition.partition() >= partitions) {
            throw new InvalidQuery(
                    "after: %s (expected: partitions 0..%d)".formatted(name, partitions - 1));
        }
        var _ = applied(partition);
        return partition;
    }

    private static String applied(TopicPartition partition) {
        var applied = ViewsTopology.applied(partition.topic());
        if (applied == null) {
            throw new InvalidQuery(
                    "after: %s (expected: a topic that views are made of)"
                            .formatted(partition.topic()));
        }
        return applied;
    }

    private static void cancel(List<CompletableFuture<Void>> parts) {
        parts.forEach(part -> part.cancel(false));
    }
}
