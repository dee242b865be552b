package dev.millrace.streams.simulation.views.planted;

import dev.millrace.domain.view.Position;
import dev.millrace.streams.simulation.views.ViewSeams;
import dev.millrace.streams.views.fold.Arrivals;
import dev.millrace.streams.views.stores.ViewStores;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/// Bugs in how the views are read.
final class ReadBugs {

    private ReadBugs() {}

    static ViewSeams partitionDropped() {
        return new ViewSeams() {
            @Override
            protected ViewStores read(ViewStores stores) {
                return new PartitionDropped(stores);
            }
        };
    }

    static ViewSeams tokenNotAwaited() {
        return new ViewSeams() {
            @Override
            protected ViewStores read(ViewStores stores) {
                return new TokenNotAwaited(stores, new ArrayList<>());
            }
        };
    }

    static ViewSeams foldedAlreadyAwaited() {
        return new ViewSeams() {
            @Override
            protected ViewStores held(ViewStores local, Arrivals arrivals) {
                return new FoldedAlreadyAwaited(local, arrivals);
            }
        };
    }

    private record PartitionDropped(ViewStores stores) implements ViewStores {
        @Override
        public int partitions() {
            return stores.partitions();
        }

        @Override
        public <V> ReadOnlyKeyValueStore<String, V> store(String name, int partition) {
            return stores.store(name, partition);
        }

        @Override
        public <V> List<ReadOnlyKeyValueStore<String, V>> all(String name) {
            List<ReadOnlyKeyValueStore<String, V>> all = stores.all(name);
            return name.endsWith("-applied") ? all : all.subList(0, all.size() - 1);
        }

        @Override
        public CompletableFuture<Void> reached(Position after) {
            return stores.reached(after);
        }

        @Override
        public ViewStores forOneRead(boolean staleOk) {
            return new PartitionDropped(stores.forOneRead(staleOk));
        }
    }

    /// @param awaited what was asked for last
    private record TokenNotAwaited(ViewStores stores, List<Position> awaited)
            implements ViewStores {
        @Override
        public int partitions() {
            return stores.partitions();
        }

        @Override
        public <V> ReadOnlyKeyValueStore<String, V> store(String name, int partition) {
            return stores.store(name, partition);
        }

        @Override
        public Position position(String appliedStore, int partition) {
            var position = stores.position(appliedStore, partition);
            return awaited.isEmpty() ? position : position.join(awaited.getLast());
        }

        @Override
        public CompletableFuture<Void> reached(Position after) {
            awaited.add(after);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public ViewStores forOneRead(boolean staleOk) {
            return new TokenNotAwaited(stores.forOneRead(staleOk), awaited);
        }
    }

    private record FoldedAlreadyAwaited(ViewStores stores, Arrivals arrivals)
            implements ViewStores {
        @Override
        public int partitions() {
            return stores.partitions();
        }

        @Override
        public <V> ReadOnlyKeyValueStore<String, V> store(String name, int partition) {
            return stores.store(name, partition);
        }

        @Override
        public CompletableFuture<Void> reached(Position after) {
            var parts = new ArrayList<CompletableFuture<Void>>();
            after.offsets().forEach((name, offset) -> parts.add(arrivals.await(name, offset)));
            return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new));
        }
    }
}
