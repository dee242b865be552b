package dev.millrace.streams.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.streams.views.fold.ViewsTopology;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.NoSuchElementException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/// One partition of a store of a replay, as it is in the database. With each value it keeps which
/// event wrote it.
final class ShadowStore<V> implements ReadOnlyKeyValueStore<String, V> {

    private final ShadowStores stores;
    private final String name;
    private final byte[] prefix;
    private final Serde<V> values;

    /// @param prefix of all its keys in the database
    ShadowStore(ShadowStores stores, String name, byte[] prefix) {
        this.stores = stores;
        this.name = name;
        this.prefix = prefix;
        this.values = ViewsTopology.values(name);
    }

    String name() {
        return name;
    }

    /// Puts into a batch what is under a key from now on.
    ///
    /// @param value null for nothing
    /// @param event who wrote it
    void write(WriteBatch batch, String key, @Nullable V value, String event)
            throws RocksDBException {
        if (value == null) {
            batch.delete(stored(key));
        } else {
            batch.put(stored(key), stored(value, event));
        }
    }

    @Override
    public @Nullable V get(String key) {
        var bytes = bytes(key);
        return bytes == null ? null : value(bytes);
    }

    /// What is stored under a key; null for nothing.
    byte @Nullable [] bytes(String key) {
        return stores.get(stored(key));
    }

    /// Where the event stands that wrote what is under a key: `topic-partition@offset`; null if
    /// nothing is there.
    @Nullable String event(String key) {
        var bytes = bytes(key);
        if (bytes == null) {
            return null;
        }
        var in = ByteBuffer.wrap(bytes);
        var event = new byte[in.getInt()];
        in.get(event);
        return new String(event, UTF_8);
    }

    @Override
    public KeyValueIterator<String, V> range(@Nullable String from, @Nullable String to) {
        return new Entries(from, to, false);
    }

    @Override
    public KeyValueIterator<String, V> reverseRange(@Nullable String from, @Nullable String to) {
        return new Entries(from, to, true);
    }

    @Override
    public KeyValueIterator<String, V> all() {
        return range(null, null);
    }

    @Override
    public KeyValueIterator<String, V> reverseAll() {
        return reverseRange(null, null);
    }

    /// Not offered: nothing that reads views needs it.
    @Override
    public long approximateNumEntries() {
        throw new UnsupportedOperationException();
    }

    private byte[] stored(String key) {
        var text = key.getBytes(UTF_8);
        var bytes = Arrays.copyOf(prefix, prefix.length + text.length);
        System.arraycopy(text, 0, bytes, prefix.length, text.length);
        return bytes;
    }

    private byte[] stored(V value, String writer) {
        var event = writer.getBytes(UTF_8);
        var bytes = values.serializer().serialize(name, value);
        return ByteBuffer.allocate(Integer.BYTES + event.length + bytes.length)
                .putInt(event.length)
                .put(event)
                .put(bytes)
                .array();
    }

    /// The value of what is stored.
    V value(byte[] bytes) {
        int from = Integer.BYTES + ByteBuffer.wrap(bytes).getInt();
        return values.deserializer()
                .deserialize(name, Arrays.copyOfRange(bytes, from, bytes.length));
    }

    private final class Entries implements KeyValueIterator<String, V> {
        private final byte @Nullable [] from;
        private final byte @Nullable [] to;
        private final boolean isDescending;
        private final RocksIterator iterator;

        Entries(@Nullable String from, @Nullable String to, boolean isDescending) {
            this.from = from == null ? null : stored(from);
            this.to = to == null ? null : stored(to);
            this.isDescending = isDescending;
            this.iterator = stores.open();
            stores.guarded(() -> {
                if (isDescending) {
                    iterator.seekForPrev(this.to == null ? next(prefix) : this.to);
                } else {
                    iterator.seek(this.from == null ? prefix : this.from);
                }
                return true;
            });
        }

        @Override
        public boolean hasNext() {
            return stores.guarded(() -> {
                if (iterator.isValid()) {
                    return isInside(iterator.key());
                }
                // The end, or something that must not be taken for it.
                try {
                    iterator.status();
                    return false;
                } catch (RocksDBException broken) {
                    throw new InvalidStateStoreException(
                            "a replay's storage cannot be read", broken);
                }
            });
        }

        @Override
        public String peekNextKey() {
            return stores.guarded(() -> {
                var key = key();
                return new String(key, prefix.length, key.length - prefix.length, UTF_8);
            });
        }

        @Override
        public KeyValue<String, V> next() {
            var key = peekNextKey();
            return stores.guarded(() -> {
                var entry = KeyValue.pair(key, value(iterator.value()));
                if (isDescending) {
                    iterator.prev();
                } else {
                    iterator.next();
                }
                return entry;
            });
        }

        @Override
        public void close() {
            stores.close(iterator);
        }

        private byte[] key() {
            if (!iterator.isValid() || !isInside(iterator.key())) {
                throw new NoSuchElementException();
            }
            return iterator.key();
        }

        private boolean isInside(byte[] key) {
            return key.length >= prefix.length
                    && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length)
                    && (from == null || Arrays.compareUnsigned(key, from) >= 0)
                    && (to == null || Arrays.compareUnsigned(key, to) <= 0);
        }

        /// The first key after all that begin with a prefix.
        private static byte[] next(byte[] prefix) {
            var after = prefix.clone();
            after[after.length - 1]++; // there are few stores: it never runs over
            return after;
        }
    }
}
