package dev.millrace.streams.views.stores;

import dev.millrace.domain.view.Position;
import dev.millrace.streams.views.fold.ViewsTopology;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/// The stores of every partition where several instances share them: those of this one, and the
/// others'.
public final class SharedStores implements ViewStores {

    private static final List<String> APPLIED =
            List.of(ViewsTopology.TASKS_APPLIED, ViewsTopology.DOCUMENTS_APPLIED);

    private final ViewStores local;
    private final Supplier<Assignment> assignment;
    private final Instances others;
    private final Standbys standbys;

    /// @param local what this instance holds; fails for what it does not
    /// @param assignment asked anew for each read
    /// @param standbys the copies that this instance keeps of what others fold
    public SharedStores(
            ViewStores local,
            Supplier<Assignment> assignment,
            Instances others,
            Standbys standbys) {
        this.local = local;
        this.assignment = assignment;
        this.others = others;
        this.standbys = standbys;
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
    public ViewStores forOneRead(boolean staleOk) {
        return new At(assignment.get(), staleOk);
    }

    /// Whether what is assigned to this instance can be read.
    @Override
    public boolean areReadable() {
        try {
            var now = assignment.get();
            for (var applied : APPLIED) {
                for (int partition = 0; partition < partitions(); partition++) {
                    if (now.here().contains(source(applied, partition))) {
                        var _ = local.position(applied, partition);
                    }
                }
            }
            return true;
        } catch (InvalidStateStoreException notHere) {
            return false;
        }
    }

    /// Who answers for an owner.
    ///
    /// @param host null for this instance
    private record Answering(@Nullable HostInfo host, Standbys.Copy copy) {}

    private static TopicPartition source(String store, int partition) {
        return new TopicPartition(ViewsTopology.source(store), partition);
    }

    /// The stores as they are shared at one moment; for one read, by one thread.
    private final class At implements ViewStores {
        private final Assignment assignment;
        private final boolean staleOk;
        /* Who answers for an owner, once that is settled, by the partition of the source. */
        private final Map<TopicPartition, Answering> copies = new HashMap<>();

        At(Assignment assignment, boolean staleOk) {
            this.assignment = assignment;
            this.staleOk = staleOk;
        }

        @Override
        public int partitions() {
            return local.partitions();
        }

        @Override
        public <V> ReadOnlyKeyValueStore<String, V> store(String name, int partition) {
            var source = source(name, partition);
            var answering = copies.get(source);
            if (answering == null) {
                return owned(name, partition, source);
            }
            var copy = answering.copy.id();
            return answering.host == null
                    ? standbys.store(name, partition, copy)
                    : others.store(answering.host, name, partition, copy);
        }

        /// What the owner of a partition has.
        private <V> ReadOnlyKeyValueStore<String, V> owned(
                String name, int partition, TopicPartition source) {
            if (assignment.here().contains(source)) {
                return local.store(name, partition);
            }
            var owner = assignment.elsewhere().get(source);
            if (owner == null) {
                throw new InvalidStateStoreException("nobody is known to hold " + source);
            }
            return others.store(owner, name, partition, null);
        }

        @Override
        public Position position(String applied, int partition) {
            var source = source(applied, partition);
            var answering = copies.get(source);
            if (answering != null) {
                return answering.copy.position();
            }
            try {
                return ViewStores.position(
                        applied, partition, this.<Long>owned(applied, partition, source));
            } catch (InvalidStateStoreException away) {
                if (!staleOk) {
                    throw away;
                }
                var found = copy(applied, partition, source, away);
                copies.put(source, found);
                return found.copy.position();
            }
        }

        @Override
        public Position positionHere(String applied, int partition) {
            return assignment.here().contains(source(applied, partition))
                    ? local.position(applied, partition)
                    : Position.START;
        }

        /// A copy of what the owner does not answer for: the one here, or another's. The owner is
        /// asked as well, since it may be restoring what it has become the owner of.
        private Answering copy(
                String applied,
                int partition,
                TopicPartition source,
                InvalidStateStoreException away) {
            try {
                return new Answering(null, standbys.copy(applied, partition));
            } catch (InvalidStateStoreException notHere) {
                away.addSuppressed(notHere);
            }
            var hosts = new ArrayList<>(assignment.standbys().getOrDefault(source, List.of()));
            var owner = assignment.elsewhere().get(source);
            if (owner != null) {
                hosts.add(owner);
            }
            for (var host : hosts) {
                try {
                    return new Answering(host, others.copy(host, applied, partition));
                } catch (InvalidStateStoreException notThere) {
                    away.addSuppressed(notThere);
                }
            }
            throw away;
        }

        @Override
        public boolean isFromStandby() {
            return !copies.isEmpty();
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
            elsewhere.forEach((owner, position) -> all.add(others.reached(owner, position)));
            return Reached.all(all);
        }
    }
}
