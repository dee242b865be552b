package dev.millrace.streams.replay;

import java.util.List;
import java.util.NoSuchElementException;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Stands for a store that a fold writes and nobody asks a replay for: it holds nothing.
///
/// @param name the store's
record Unkept<V>(String name) implements KeyValueStore<String, V> {

    @Override
    public @Nullable V get(String key) {
        return null;
    }

    @Override
    public void put(String key, @Nullable V value) {
        /* Nobody will ask for it. */
    }

    @Override
    public @Nullable V putIfAbsent(String key, V value) {
        return null;
    }

    @Override
    public void putAll(List<KeyValue<String, V>> entries) {
        /* Nobody will ask for them. */
    }

    @Override
    public @Nullable V delete(String key) {
        return null;
    }

    @Override
    public KeyValueIterator<String, V> range(@Nullable String from, @Nullable String to) {
        return new Nothing<>();
    }

    @Override
    public KeyValueIterator<String, V> reverseRange(@Nullable String from, @Nullable String to) {
        return new Nothing<>();
    }

    @Override
    public KeyValueIterator<String, V> all() {
        return new Nothing<>();
    }

    @Override
    public KeyValueIterator<String, V> reverseAll() {
        return new Nothing<>();
    }

    @Override
    public long approximateNumEntries() {
        return 0;
    }

    /// Not offered: no stream writes here.
    @Override
    public void init(StateStoreContext context, StateStore root) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        /* There is nothing to close. */
    }

    @Override
    public boolean persistent() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    private static final class Nothing<V> implements KeyValueIterator<String, V> {

        @Override
        public boolean hasNext() {
            return false;
        }

        @Override
        public KeyValue<String, V> next() {
            throw new NoSuchElementException();
        }

        @Override
        public String peekNextKey() {
            throw new NoSuchElementException();
        }

        @Override
        public void close() {
            /* There is nothing to close. */
        }
    }
}
