package dev.millrace.streams.replay;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/// One partition of a store of a replay as its fold sees it: what was written or read last is in
/// memory as the object that it is. Events of one thing stand near each other in the log, so most
/// values are written over before they come to the database, and are neither read nor written there
/// in between.
///
/// Two generations are kept; the older one is all in the database. Confined to the thread that
/// folds.
final class ShadowWriter<V> implements KeyValueStore<String, V> {

    private final ShadowStores stores;
    private final ShadowStore<V> stored;
    private Map<String, Entry<V>> newer = new HashMap<>();
    private Map<String, Entry<V>> older = new HashMap<>();

    /* Those of the newer ones that are not in the database as they are. */
    private final List<String> changed = new ArrayList<>();

    ShadowWriter(ShadowStores stores, ShadowStore<V> stored) {
        this.stores = stores;
        this.stored = stored;
    }

    @Override
    public String name() {
        return stored.name();
    }

    @Override
    public @Nullable V get(String key) {
        var known = newer.get(key);
        if (known == null) {
            known = older.remove(key);
            if (known == null) {
                known = new Entry<>(read(key));
            }
            newer.put(key, known);
        }
        return known.value;
    }

    private @Nullable V read(String key) {
        var bytes = stored.bytes(key);
        if (bytes == null) {
            return null;
        }
        stores.count(bytes.length);
        return stored.value(bytes);
    }

    @Override
    public void put(String key, @Nullable V value) {
        var known = newer.get(key);
        if (known == null) {
            known = new Entry<>(value);
            newer.put(key, known);
        }
        known.value = value;
        known.event = stores.event();
        if (!known.isChanged) {
            known.isChanged = true;
            changed.add(key);
        }
    }

    @Override
    public @Nullable V putIfAbsent(String key, V value) {
        var there = get(key);
        if (there == null) {
            put(key, value);
        }
        return there;
    }

    @Override
    public void putAll(List<KeyValue<String, V>> entries) {
        entries.forEach(entry -> put(entry.key, entry.value));
    }

    @Override
    public @Nullable V delete(String key) {
        var there = get(key);
        put(key, null);
        return there;
    }

    @Override
    public KeyValueIterator<String, V> range(@Nullable String from, @Nullable String to) {
        stores.flush();
        return stored.range(from, to);
    }

    @Override
    public KeyValueIterator<String, V> reverseRange(@Nullable String from, @Nullable String to) {
        stores.flush();
        return stored.reverseRange(from, to);
    }

    @Override
    public KeyValueIterator<String, V> all() {
        stores.flush();
        return stored.all();
    }

    @Override
    public KeyValueIterator<String, V> reverseAll() {
        stores.flush();
        return stored.reverseAll();
    }

    /// Puts into a batch whatever the database does not have.
    void flushTo(WriteBatch batch) throws RocksDBException {
        for (var key : changed) {
            var entry = newer.get(key);
            if (entry != null) {
                stored.write(batch, key, entry.value, entry.event);
                entry.isChanged = false;
            }
        }
        changed.clear();
    }

    /// Forgets the older generation. Only after a flush.
    void age() {
        older = newer;
        newer = new HashMap<>();
    }

    /// Not offered: nothing that folds needs it.
    @Override
    public long approximateNumEntries() {
        throw new UnsupportedOperationException();
    }

    /// Not offered: no stream writes here.
    @Override
    public void init(StateStoreContext context, StateStore root) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        /* The database is closed as a whole. */
    }

    @Override
    public boolean persistent() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    private static final class Entry<V> {

        private @Nullable V value;
        private String event = "";
        private boolean isChanged;

        Entry(@Nullable V value) {
            this.value = value;
        }
    }
}
