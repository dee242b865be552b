package dev.millrace.streams.simulation.views;

import java.util.function.Supplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/// A store as a read sees it: something may happen before each look, and it may not be there any
/// more.
///
/// @param store where it is just now; throws if it is not there
/// @param between what may happen meanwhile
record LookedInto<V>(Supplier<ReadOnlyKeyValueStore<String, V>> store, Runnable between)
        implements ReadOnlyKeyValueStore<String, V> {

    /// Throws if it is not there.
    void require() {
        var _ = store.get();
    }

    private ReadOnlyKeyValueStore<String, V> look() {
        between.run();
        return store.get();
    }

    @Override
    public @Nullable V get(String key) {
        return look().get(key);
    }

    @Override
    public KeyValueIterator<String, V> range(@Nullable String from, @Nullable String to) {
        return look().range(from, to);
    }

    @Override
    public KeyValueIterator<String, V> reverseRange(@Nullable String from, @Nullable String to) {
        return look().reverseRange(from, to);
    }

    @Override
    public KeyValueIterator<String, V> all() {
        return look().all();
    }

    @Override
    public long approximateNumEntries() {
        throw new UnsupportedOperationException("approximateNumEntries");
    }
}
