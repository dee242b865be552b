package dev.millrace.streams.views.stores;

import dev.millrace.domain.view.Position;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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

    @Override
    public Position position(String appliedStore) {
        return stores.position(appliedStore, partition);
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
