package dev.millrace.streams.views;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.function.Function;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/// The same range of several stores as one, in the order of the keys. Must be closed.
final class MergedScan<V> implements AutoCloseable {

    private final List<Source<V>> sources = new ArrayList<>();
    private final PriorityQueue<Source<V>> next;

    private MergedScan(Comparator<String> order) {
        this.next = new PriorityQueue<>(Comparator.comparing(Source::key, order));
    }

    /// Scans a range in ascending order.
    static <V> MergedScan<V> ascending(
            List<ReadOnlyKeyValueStore<String, V>> stores, String from, String to) {
        var scan = new MergedScan<V>(Comparator.naturalOrder());
        return scan.open(stores, store -> store.range(from, to));
    }

    /// Scans a range in descending order.
    static <V> MergedScan<V> descending(
            List<ReadOnlyKeyValueStore<String, V>> stores, String from, String to) {
        var scan = new MergedScan<V>(Comparator.reverseOrder());
        return scan.open(stores, store -> store.reverseRange(from, to));
    }

    boolean hasNext() {
        return !next.isEmpty();
    }

    /// The key that [#next] will return, without moving.
    String peekKey() {
        var first = next.peek();
        if (first == null) {
            throw new NoSuchElementException();
        }
        return first.key();
    }

    /// The next entry, whichever store it is in.
    Entry<V> next() {
        var first = next.remove();
        var entry = first.entries.next();
        if (first.entries.hasNext()) {
            next.add(first);
        }
        return new Entry<>(first.store, entry.key, entry.value);
    }

    @Override
    public void close() {
        sources.forEach(source -> source.entries.close());
    }

    private MergedScan<V> open(
            List<ReadOnlyKeyValueStore<String, V>> stores,
            Function<ReadOnlyKeyValueStore<String, V>, KeyValueIterator<String, V>> range) {
        try {
            for (int i = 0; i < stores.size(); i++) {
                var source = new Source<>(i, range.apply(stores.get(i)));
                sources.add(source);
                if (source.entries.hasNext()) {
                    next.add(source);
                }
            }
            return this;
        } catch (RuntimeException unreadable) {
            close();
            throw unreadable;
        }
    }

    /// An entry of one of the stores.
    ///
    /// @param store its place in the list of stores
    record Entry<V>(int store, String key, V value) {}

    private record Source<V>(int store, KeyValueIterator<String, V> entries) {
        String key() {
            return entries.peekNextKey();
        }
    }
}
