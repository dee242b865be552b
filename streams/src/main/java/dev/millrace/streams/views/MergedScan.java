package dev.millrace.streams.views;

import dev.millrace.domain.view.Views.RowCount;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.function.Function;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/// The same range of several stores as one, in the order of the keys. Must be closed.
final class MergedScan<V> implements AutoCloseable {

    /// So many rows are counted, at most: about as many as can be within a tenth of a second.
    static final long MOST_COUNTED = 100_000;

    /* Sorts after what follows a prefix: ids and numbers in hexadecimal digits. */
    private static final String AFTER_ALL = "g";

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

    /// Scans a list: the keys that begin with a prefix, in either direction.
    ///
    /// @param after the rest of the key to go on from, which is met once more; null from the
    ///   beginning
    static <V> MergedScan<V> list(
            List<ReadOnlyKeyValueStore<String, V>> stores,
            String prefix,
            @Nullable String after,
            boolean descending) {
        var first = prefix + (after == null || descending ? "" : after);
        var last = prefix + (after == null || !descending ? AFTER_ALL : after);
        return descending ? descending(stores, first, last) : ascending(stores, first, last);
    }

    /// How many keys begin with a prefix; counting ends at [#MOST_COUNTED].
    static <V> RowCount count(List<ReadOnlyKeyValueStore<String, V>> stores, String prefix) {
        long rows = 0;
        for (var store : stores) {
            try (var entries = store.range(prefix, prefix + AFTER_ALL)) {
                while (entries.hasNext()) {
                    if (rows == MOST_COUNTED) {
                        return new RowCount(rows, false);
                    }
                    var _ = entries.next();
                    rows++;
                }
            }
        }
        return new RowCount(rows, true);
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
