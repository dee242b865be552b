package dev.millrace.streams.views.stores;

import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/// A store of which something is checked after each read, before what was read is handed on.
///
/// @param check throws if what was read cannot be trusted
record CheckedStore<V>(ReadOnlyKeyValueStore<String, V> store, Runnable check)
        implements ReadOnlyKeyValueStore<String, V> {

    @Override
    public @Nullable V get(String key) {
        var value = store.get(key);
        check.run();
        return value;
    }

    @Override
    public KeyValueIterator<String, V> range(@Nullable String from, @Nullable String to) {
        return new Checked(store.range(from, to));
    }

    @Override
    public KeyValueIterator<String, V> reverseRange(@Nullable String from, @Nullable String to) {
        return new Checked(store.reverseRange(from, to));
    }

    @Override
    public KeyValueIterator<String, V> all() {
        return new Checked(store.all());
    }

    @Override
    public long approximateNumEntries() {
        return store.approximateNumEntries();
    }

    private final class Checked implements KeyValueIterator<String, V> {
        private final KeyValueIterator<String, V> entries;

        Checked(KeyValueIterator<String, V> entries) {
            this.entries = entries;
        }

        @Override
        public boolean hasNext() {
            boolean more = entries.hasNext();
            check.run();
            return more;
        }

        @Override
        public String peekNextKey() {
            return entries.peekNextKey();
        }

        @Override
        public KeyValue<String, V> next() {
            return entries.next();
        }

        @Override
        public void close() {
            entries.close();
        }
    }
}
