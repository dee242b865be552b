package dev.millrace.streams.views.stores;

import dev.millrace.domain.view.Position;
import dev.millrace.streams.runtime.AppliedOffsets;
import dev.millrace.streams.views.fold.ViewsTopology;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/// The stores of every partition where several instances share them: those of this one, and the
/// others' over HTTP.
public final class SharedStores implements ViewStores {

    private static final List<String> APPLIED =
            List.of(ViewsTopology.TASKS_APPLIED, ViewsTopology.DOCUMENTS_APPLIED);

    private final ViewStores local;
    private final Supplier<Assignment> assignment;
    private final Peers peers;

    /// @param local what this instance holds; fails for what it does not
    /// @param assignment asked anew for each read
    public SharedStores(ViewStores local, Supplier<Assignment> assignment, Peers peers) {
        this.local = local;
        this.assignment = assignment;
        this.peers = peers;
    }

    @Override
    public int partitions() {
        return local.partitions();
    }

    @Override
    public <V> ReadOnlyKeyValueStore<String, V> store(String name, int partition) {
        return forOneRead().store(name, partition);
    }

    @Override
    public CompletableFuture<Void> reached(Position after) {
        return forOneRead().reached(after);
    }

    @Override
    public ViewStores forOneRead() {
        return new At(local, assignment.get(), peers);
    }

    /// Whether what is assigned to this instance can be read.
    @Override
    public boolean areReadable() {
        try {
            var now = assignment.get();
            for (var applied : APPLIED) {
                for (int partition = 0; partition < partitions(); partition++) {
                    if (now.here().contains(source(applied, partition))) {
                        var _ = AppliedOffsets.position(local.store(applied, partition));
                    }
                }
            }
            return true;
        } catch (InvalidStateStoreException notHere) {
            return false;
        }
    }

    private static TopicPartition source(String store, int partition) {
        return new TopicPartition(ViewsTopology.source(store), partition);
    }

    private record At(ViewStores local, Assignment assignment, Peers peers) implements ViewStores {
        @Override
        public int partitions() {
            return local.partitions();
        }

        @Override
        public <V> ReadOnlyKeyValueStore<String, V> store(String name, int partition) {
            var source = source(name, partition);
            if (assignment.here().contains(source)) {
                return local.store(name, partition);
            }
            var owner = assignment.elsewhere().get(source);
            if (owner == null) {
                throw new InvalidStateStoreException("nobody is known to hold " + source);
            }
            return new RemoteStore<>(peers, owner, name, partition);
        }

        @Override
        public CompletableFuture<Void> reached(Position after) {
            var here = Position.START;
            var elsewhere = new HashMap<HostInfo, Position>();
            for (var part : after.offsets().entrySet()) {
                var partition = Reached.partition(part.getKey(), partitions());
                long offset = part.getValue();
                var owner = assignment.elsewhere().get(partition);
                if (owner == null || assignment.here().contains(partition)) {
                    here = here.with(partition.topic(), partition.partition(), offset);
                } else {
                    elsewhere.merge(
                            owner,
                            Position.at(partition.topic(), partition.partition(), offset),
                            Position::join);
                }
            }
            var all = new ArrayList<CompletableFuture<Void>>();
            all.add(local.reached(here));
            elsewhere.forEach((owner, position) -> all.add(peers.reached(owner, position)));
            var whole = CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
            var _ = whole.whenComplete((_, _) -> all.forEach(part -> part.cancel(false)));
            return whole;
        }
    }
}
