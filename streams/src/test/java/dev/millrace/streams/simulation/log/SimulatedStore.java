package dev.millrace.streams.simulation.log;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// A store whose changes last once they are kept, and are undone by a crash before that.
public class SimulatedStore<V> implements KeyValueStore<String, V> {

    private final String name;
    private final NavigableMap<String, V> rows = new TreeMap<>();
    private final Map<String, Optional<V>> before = new HashMap<>();
    private Runnable changed = () -> {};

    public SimulatedStore(String name) {
        this.name = name;
    }

    /// From now on somebody is told of each change, between one and the next.
    public void onChange(Runnable listener) {
        changed = listener;
    }

    /// What was changed since the last commit lasts.
    public void keep() {
        before.clear();
    }

    /// What was changed since the last commit is as it was.
    public void undo() {
        before.forEach((key, row) ->
                row.ifPresentOrElse(value -> rows.put(key, value), () -> rows.remove(key)));
        before.clear();
    }

    /// The keys of what was changed since the last commit.
    public Collection<String> changed() {
        return before.keySet();
    }

    public Map<String, V> rows() {
        return Collections.unmodifiableMap(rows);
    }

    public void forgetAll() {
        List.copyOf(rows.keySet()).forEach(this::delete);
    }

    @Override
    public void put(String key, @Nullable V value) {
        before.putIfAbsent(key, Optional.ofNullable(rows.get(key)));
        if (value == null) {
            rows.remove(key);
        } else {
            rows.put(key, value);
        }
        changed.run();
    }

    @Override
    public @Nullable V delete(String key) {
        var last = rows.get(key);
        put(key, null);
        return last;
    }

    @Override
    public @Nullable V get(String key) {
        return rows.get(key);
    }

    @Override
    public KeyValueIterator<String, V> range(@Nullable String from, @Nullable String to) {
        return new Rows<>(between(from, to));
    }

    @Override
    public KeyValueIterator<String, V> reverseRange(@Nullable String from, @Nullable String to) {
        return new Rows<>(between(from, to).descendingMap());
    }

    @Override
    public KeyValueIterator<String, V> reverseAll() {
        return new Rows<>(rows.descendingMap());
    }

    private NavigableMap<String, V> between(@Nullable String from, @Nullable String to) {
        if (from != null && to != null) {
            return from.compareTo(to) > 0
                    ? Collections.emptyNavigableMap()
                    : rows.subMap(from, true, to, true);
        }
        var above = from == null ? rows : rows.tailMap(from, true);
        return to == null ? above : above.headMap(to, true);
    }

    @Override
    public KeyValueIterator<String, V> all() {
        return new Rows<>(rows);
    }

    @Override
    public V putIfAbsent(String key, V value) {
        throw new UnsupportedOperationException("putIfAbsent");
    }

    @Override
    public void putAll(List<KeyValue<String, V>> entries) {
        throw new UnsupportedOperationException("putAll");
    }

    @Override
    public long approximateNumEntries() {
        return rows.size();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {}

    @Override
    public void close() {}

    @Override
    public boolean persistent() {
        return true;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    /// Rows as they were when they were asked for.
    private static final class Rows<V> implements KeyValueIterator<String, V> {

        private final List<KeyValue<String, V>> found = new ArrayList<>();
        private final Iterator<KeyValue<String, V>> left;
        private int next;

        Rows(Map<String, V> rows) {
            rows.forEach((key, value) -> found.add(KeyValue.pair(key, value)));
            this.left = found.iterator();
        }

        @Override
        public boolean hasNext() {
            return left.hasNext();
        }

        @Override
        public KeyValue<String, V> next() {
            next++;
            return left.next();
        }

        @Override
        public String peekNextKey() {
            return found.get(next).key;
        }

        @Override
        public void close() {}
    }
}
