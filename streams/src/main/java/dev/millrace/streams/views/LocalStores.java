package dev.millrace.streams.views;

import dev.millrace.domain.view.Position;
import dev.millrace.streams.runtime.AppliedOffsets;
import dev.millrace.streams.views.fold.ViewsTopology;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/// The stores of every partition, in this process. Safe for use by many threads.
interface LocalStores {

    /// How many partitions each store has.
    int partitions();

    /// One partition of a store.
    ///
    /// @throws org.apache.kafka.streams.errors.InvalidStateStoreException while it cannot be read
    <V> ReadOnlyKeyValueStore<String, V> store(String name, int partition);

    /// All partitions of a store: all or none, never a part of the truth.
    default <V> List<ReadOnlyKeyValueStore<String, V>> all(String name) {
        var stores = new ArrayList<ReadOnlyKeyValueStore<String, V>>();
        for (int partition = 0; partition < partitions(); partition++) {
            stores.add(store(name, partition));
        }
        return stores;
    }

    /// Whether every partition of every view can be read. An application that runs need not have
    /// them all: after a crash its dead self holds them until its session ends.
    default boolean areAllHere() {
        try {
            var _ = all(ViewsTopology.TASKS_APPLIED);
            var _ = all(ViewsTopology.DOCUMENTS_APPLIED);
            return true;
        } catch (InvalidStateStoreException notHere) {
            return false;
        }
    }

    /// How far all partitions have read. Taken before rows are read, it promises no more than they
    /// hold.
    default Position position(String appliedStore) {
        var position = Position.START;
        for (var store : this.<Long>all(appliedStore)) {
            position = position.join(AppliedOffsets.position(store));
        }
        return position;
    }
}
