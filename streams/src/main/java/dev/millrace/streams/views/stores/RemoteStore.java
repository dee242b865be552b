package dev.millrace.streams.views.stores;

import dev.millrace.schemas.query.QueryPaths;
import dev.millrace.streams.views.fold.ViewsTopology;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/// One partition of a store that another instance holds.
///
/// Reads block on the network and fail with [InvalidStateStoreException] if the instance does not
/// answer or does not hold it (any more). Ranges are fetched by the page, as they are read.
final class RemoteStore<V> implements ReadOnlyKeyValueStore<String, V> {

    private final Peers peers;
    private final HostInfo owner;
    private final String name;
    private final int partition;
    private final @Nullable String copy;
    private final Serde<V> values;

    /// @param owner who holds it
    /// @param copy which standby copy it is, [Standbys.Copy#id]; null for what the owner folds
    RemoteStore(Peers peers, HostInfo owner, String name, int partition, @Nullable String copy) {
        this.peers = peers;
        this.owner = owner;
        this.name = name;
        this.partition = partition;
        this.copy = copy;
        this.values = ViewsTopology.values(name);
    }

    @Override
    public @Nullable V get(String key) {
        return getAll(List.of(key)).get(key);
    }

    /// What there is under some keys.
    Map<String, V> getAll(Collection<String> keys) {
        var found = new HashMap<String, V>();
        var left = List.copyOf(keys);
        while (!left.isEmpty()) {
            var question = StoreWire.write(new StoreWire.Get(name, partition, left, copy));
            var answer = ask(QueryPaths.GET, question, StoreWire::readValues).values();
            if (answer.isEmpty() || answer.size() > left.size()) {
                throw new InvalidStateStoreException(
                        owner + " answered " + answer.size() + " of " + left.size() + " keys");
            }
            for (int i = 0; i < answer.size(); i++) {
                var value = answer.get(i);
                if (value != null) {
                    found.put(left.get(i), value(value));
                }
            }
            left = left.subList(answer.size(), left.size());
        }
        return found;
    }

    @Override
    public KeyValueIterator<String, V> range(@Nullable String from, @Nullable String to) {
        return new Pages(from, to, false);
    }

    @Override
    public KeyValueIterator<String, V> reverseRange(@Nullable String from, @Nullable String to) {
        return new Pages(from, to, true);
    }

    @Override
    public KeyValueIterator<String, V> all() {
        return range(null, null);
    }

    /// Not offered: nothing that reads views needs it.
    @Override
    public long approximateNumEntries() {
        throw new UnsupportedOperationException();
    }

    private <T> T ask(String path, byte[] question, Function<byte[], T> reading) {
        var answer = peers.ask(owner, QueryPaths.STORES + path, question);
        try {
            return reading.apply(answer);
        } catch (IllegalArgumentException other) {
            throw new IllegalStateException(owner + " gave an answer that is none", other);
        }
    }

    private V value(byte[] bytes) {
        return values.deserializer().deserialize(name, bytes);
    }

    private final class Pages implements KeyValueIterator<String, V> {
        private final @Nullable String from;
        private final @Nullable String to;
        private final boolean descending;
        private final Deque<KeyValue<String, byte[]>> page = new ArrayDeque<>();
        private @Nullable String last;
        private boolean more = true;

        Pages(@Nullable String from, @Nullable String to, boolean descending) {
            this.from = from;
            this.to = to;
            this.descending = descending;
        }

        @Override
        public boolean hasNext() {
            while (page.isEmpty() && more) {
                fetch();
            }
            return !page.isEmpty();
        }

        @Override
        public String peekNextKey() {
            return first().key;
        }

        @Override
        public KeyValue<String, V> next() {
            var entry = first();
            page.removeFirst();
            return KeyValue.pair(entry.key, value(entry.value));
        }

        @Override
        public void close() {
            page.clear();
            more = false;
        }

        private KeyValue<String, byte[]> first() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return page.getFirst();
        }

        private void fetch() {
            var question = new StoreWire.Range(name, partition, from, to, last, descending, copy);
            var answer = ask(QueryPaths.RANGE, StoreWire.write(question), StoreWire::readEntries);
            page.addAll(answer.entries());
            more = answer.more() && !page.isEmpty();
            last = page.isEmpty() ? last : page.getLast().key;
        }
    }
}
