package dev.millrace.streams.views.stores;

import dev.millrace.domain.view.Position;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/// One partition as if it were all: nothing of the others is asked, nor in the way.
record OnePartition(ViewStores stores, int partition) implements ViewStores {

    @Override
    public int partitions() {
        return stores.partitions();
    }

    @Override
    public <V> ReadOnlyKeyValueStore<String, V> store(String name, int wanted) {
        return stores.store(name, wanted);
    }

    @Override
    public <V> List<ReadOnlyKeyValueStore<String, V>> all(String name) {
        return List.of(store(name, partition));
    }

    /// How far this partition has read, and those of the others that this process folds itself:
    /// what is read here is all that it can be as far as they are concerned. Of the rest nobody is
    /// asked.
    @Override
    public Position position(String appliedStore) {
        var position = stores.position(appliedStore, partition);
        for (int other = 0; other < partitions(); other++) {
            if (other != partition) {
                try {
                    position = position.join(stores.positionHere(appliedStore, other));
                } catch (InvalidStateStoreException away) {
                    // not in the way
                }
            }
        }
        return position;
    }

    @Override
    public Position position(String appliedStore, int wanted) {
        return stores.position(appliedStore, wanted);
    }

    @Override
    public boolean isFromStandby() {
        return stores.isFromStandby();
    }

    @Override
    public CompletableFuture<Void> reached(Position after) {
        return stores.reached(after);
    }
}
