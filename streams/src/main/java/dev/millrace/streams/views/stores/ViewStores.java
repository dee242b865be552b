package dev.millrace.streams.views.stores;

import dev.millrace.domain.view.Position;
import dev.millrace.streams.views.fold.ViewsTopology;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/// The stores of every partition, wherever they are. Safe for use by many threads; calls block.
public interface ViewStores {

    /// How many partitions each store has.
    int partitions();

    /// One partition of a store.
    ///
    /// @throws InvalidStateStoreException while it cannot be read; reads of it may throw that too
    <V> ReadOnlyKeyValueStore<String, V> store(String name, int partition);

    /// All partitions of a store: all or none, never a part of the truth.
    default <V> List<ReadOnlyKeyValueStore<String, V>> all(String name) {
        var stores = new ArrayList<ReadOnlyKeyValueStore<String, V>>();
        for (int partition = 0; partition < partitions(); partition++) {
            stores.add(store(name, partition));
        }
        return stores;
    }

    /// Completes when every partition that a position names is folded as far; fails with
    /// [InvalidStateStoreException] if one cannot be read. It does not end by itself otherwise.
    ///
    /// @return to be cancelled by whoever stops waiting
    CompletableFuture<Void> reached(Position after);

    /// The same stores for one read, which finds each partition where it was at the first look or
    /// fails: a partition that moves may come back a little before the position it answered with.
    default ViewStores forOneRead() {
        return forOneRead(false);
    }

    /// The stores for one read, as [#forOneRead()].
    ///
    /// @param staleOk whether a standby may answer for a partition whose owner cannot. Which of
    ///   them answers is settled when a [#position] is first asked for, which is what it holds
    default ViewStores forOneRead(boolean staleOk) {
        return this;
    }

    /// Whether a standby has answered for an owner.
    default boolean isFromStandby() {
        return false;
    }

    /// These stores, of which [#all] is a single partition: for a read of what no other can hold.
    default ViewStores only(int partition) {
        return new OnePartition(this, partition);
    }

    /// Whether every partition this process answers for can be read. An application that runs need
    /// not have them all: after a crash its dead self holds them until its session ends.
    default boolean areReadable() {
        try {
            /* Read, since Kafka Streams hands out a store it does not have and fails its reads. */
            var _ = position(ViewsTopology.TASKS_APPLIED);
            var _ = position(ViewsTopology.DOCUMENTS_APPLIED);
            var _ = position(ViewsTopology.TASK_PROGRESS_APPLIED);
            return true;
        } catch (InvalidStateStoreException notHere) {
            return false;
        }
    }

    /// How far all partitions have read. Taken before rows are read, it promises no more than they
    /// hold.
    default Position position(String appliedStore) {
        var position = Position.START;
        for (int partition = 0; partition < partitions(); partition++) {
            position = position.join(position(appliedStore, partition));
        }
        return position;
    }

    /// How far one partition has read.
    default Position position(String appliedStore, int partition) {
        return position(appliedStore, partition, store(appliedStore, partition));
    }

    /// How far this process has read one partition itself; [Position#START] if another one folds
    /// it. Asks nobody.
    default Position positionHere(String appliedStore, int partition) {
        return position(appliedStore, partition);
    }

    /// How far one partition has read, as its store of applied offsets tells.
    static Position position(
            String appliedStore, int partition, ReadOnlyKeyValueStore<String, Long> store) {
        // By their keys: they are in memory, and a scan would look for others on the disk.
        var keys =
                ViewsTopology.topics(appliedStore).stream()
                        .map(topic -> topic + "-" + partition)
                        .toList();
        return new Position(new TreeMap<>(getAll(store, keys)));
    }

    /// What a store holds under some keys, in one question if it is elsewhere.
    static <V> Map<String, V> getAll(
            ReadOnlyKeyValueStore<String, V> store, Collection<String> keys) {
        if (store instanceof RemoteStore<V> remote) {
            return remote.getAll(keys);
        }
        var found = new HashMap<String, V>();
        for (var key : keys) {
            var value = store.get(key);
            if (value != null) {
                found.put(key, value);
            }
        }
        return found;
    }
}
