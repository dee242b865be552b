package dev.millrace.streams.replay;

import dev.millrace.domain.view.Position;
import dev.millrace.streams.views.stores.ViewStores;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// The stores of all partitions of a replay, in one database that is thrown away: at most about 24
/// MiB of memory, beside the disk and what the last records made, in memory until 4 MiB of them
/// were read, and for as long again.
///
/// One thread writes, by [#writer]; what it wrote comes to the database by [#flush], all at once,
/// so the rows and positions that others read belong together. Any number reads. Once it is closed,
/// reads fail with [InvalidStateStoreException], those under way too.
final class ShadowStores implements ViewStores, AutoCloseable {

    static {
        // A cache, which is made first, does not load it by itself.
        RocksDB.loadLibrary();
    }

    private static final long BUFFER_BYTES = 8L << 20;
    private static final int MOST_BUFFERS = 2;
    private static final long CACHE_BYTES = 8L << 20;
    private static final int MOST_FILES = 64;

    /* Most things that are looked for are new, and in no file: a filter says so in one look. */
    private static final double FILTER_BITS = 10;
    private static final long MOST_RECENT_BYTES = 4L << 20;

    /* What a record makes that has hardly anything in it. */
    private static final int LEAST_RECORD_BYTES = 256;

    static {
        RocksDB.loadLibrary(); // the cache below does not do so, and may be the first to need it
    }

    private final Path folder;
    private final int partitions;
    private final List<String> names;
    private final LRUCache cache = new LRUCache(CACHE_BYTES);
    private final BloomFilter filter = new BloomFilter(FILTER_BITS, false);
    private final Options options =
            new Options()
                    .setCreateIfMissing(true)
                    .setWriteBufferSize(BUFFER_BYTES)
                    .setMaxWriteBufferNumber(MOST_BUFFERS)
                    .setMaxOpenFiles(MOST_FILES)
                    .setAvoidFlushDuringShutdown(true)
                    .setTableFormatConfig(
                            new BlockBasedTableConfig()
                                    .setBlockCache(cache)
                                    .setCacheIndexAndFilterBlocks(true)
                                    .setFilterPolicy(filter));
    private final WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final Set<RocksIterator> iterators = new HashSet<>();
    private final RocksDB database;
    private boolean isClosed;

    /* Used by the writing thread alone. */
    private final Map<String, ShadowWriter<?>> writers = new LinkedHashMap<>();
    private String event = ""; // who writes just now, `topic-partition@offset`
    private long recentBytes;

    /// @param folder to be made, and deleted again
    /// @param names of the stores that are kept
    ShadowStores(Path folder, int partitions, List<String> names) throws IOException {
        this.folder = folder;
        this.partitions = partitions;
        this.names = List.copyOf(names);
        try {
            Files.createDirectories(folder);
            this.database = RocksDB.open(options, folder.toString());
        } catch (RocksDBException refused) {
            closeOptions();
            throw new IOException("a replay's storage cannot be opened in " + folder, refused);
        } catch (IOException refused) {
            closeOptions();
            throw refused;
        }
    }

    @Override
    public int partitions() {
        return partitions;
    }

    @Override
    public <V> ShadowStore<V> store(String name, int partition) {
        int number = names.indexOf(name);
        if (number < 0 || partition < 0 || partition >= partitions) {
            throw new InvalidStateStoreException(name + " " + partition + " is not replayed");
        }
        var prefix =
                ByteBuffer.allocate(Integer.BYTES + 1).putInt(partition).put((byte) number).array();
        return new ShadowStore<>(this, name, prefix);
    }

    /// Reads of a replay do not wait.
    @Override
    public CompletableFuture<Void> reached(Position after) {
        return CompletableFuture.completedFuture(null);
    }

    /// One partition of a store, to be written by the one thread that does. What is written to one
    /// that is not among the names is not kept.
    <V> KeyValueStore<String, V> writer(String name, int partition) {
        if (!names.contains(name)) {
            return new Unkept<>(name);
        }
        @SuppressWarnings("unchecked") // under a name there is always the same type
        var writer =
                (ShadowWriter<V>)
                        writers.computeIfAbsent(
                                name + " " + partition,
                                _ -> new ShadowWriter<V>(this, store(name, partition)));
        return writer;
    }

    /// Notes what all that is written from now on follows from. By the thread that writes.
    ///
    /// @param bytes of that record
    void write(String newEvent, int bytes) {
        this.event = newEvent;
        recentBytes += LEAST_RECORD_BYTES + bytes;
        if (recentBytes > MOST_RECENT_BYTES) {
            flush();
            writers.values().forEach(ShadowWriter::age);
            recentBytes = 0;
        }
    }

    /// Counts what was read into memory. By the thread that writes.
    void count(int bytes) {
        recentBytes += bytes;
    }

    String event() {
        return event;
    }

    /// Lets others read all that was written. By the thread that writes.
    void flush() {
        guarded(() -> {
            try (var batch = new WriteBatch()) {
                for (var writer : writers.values()) {
                    writer.flushTo(batch);
                }
                if (batch.count() > 0) {
                    database.write(unlogged, batch);
                }
                return true;
            } catch (RocksDBException full) {
                throw new InvalidStateStoreException("a replay's storage cannot be written", full);
            }
        });
    }

    byte @Nullable [] get(byte[] key) {
        return guarded(() -> {
            try {
                return database.get(key);
            } catch (RocksDBException broken) {
                throw new InvalidStateStoreException("a replay's storage cannot be read", broken);
            }
        });
    }

    RocksIterator open() {
        return guarded(() -> {
            var iterator = database.newIterator();
            synchronized (iterators) {
                iterators.add(iterator);
            }
            return iterator;
        });
    }

    void close(RocksIterator iterator) {
        lock.readLock().lock();
        try {
            boolean isOpen;
            synchronized (iterators) {
                isOpen = iterators.remove(iterator);
            }
            if (isOpen) {
                iterator.close();
            }
        } finally {
            lock.readLock().unlock();
        }
    }

    /// Does something that needs the database to be there.
    <T extends @Nullable Object> T guarded(Supplier<T> reading) {
        lock.readLock().lock();
        try {
            if (isClosed) {
                throw new InvalidStateStoreException("the replay is gone");
            }
            return reading.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    private void closeOptions() {
        options.close();
        unlogged.close();
        filter.close();
        cache.close();
    }

    /// Deletes all of it.
    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (isClosed) {
                return;
            }
            isClosed = true;
            // The database must outlive its iterators, or the process dies.
            synchronized (iterators) {
                iterators.forEach(RocksIterator::close);
                iterators.clear();
            }
            database.close();
            closeOptions();
        } finally {
            lock.writeLock().unlock();
        }
        Folders.delete(folder);
    }
}
