package dev.millrace.streams.views.stores;

import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.internals.StateStoreProvider;

/// Finds the store of one partition once, where Kafka Streams' own type looks through all threads
/// and tasks anew for each key that is read. So what it finds is for one read: of a partition that
/// has moved away since, reads fail.
///
/// @param <V> the type of the store's values
public final class StoreOfPartition<V>
        implements QueryableStoreType<ReadOnlyKeyValueStore<String, V>> {

    private final QueryableStoreType<ReadOnlyKeyValueStore<String, V>> all =
            QueryableStoreTypes.keyValueStore();

    @Override
    public boolean accepts(StateStore store) {
        return all.accepts(store);
    }

    /// @throws InvalidStateStoreException if it is not here
    @Override
    public ReadOnlyKeyValueStore<String, V> create(StateStoreProvider here, String name) {
        var stores = here.stores(name, this);
        if (stores.size() != 1) {
            throw new InvalidStateStoreException(
                    name + ": in " + stores.size() + " places (expected: 1)");
        }
        return stores.getFirst();
    }
}
