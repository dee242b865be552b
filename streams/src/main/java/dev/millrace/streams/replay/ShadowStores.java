package dev.millrace.streams.replay;

import dev.millrace.domain.view.Position;
import dev.millrace.streams.views.stores.ViewStores;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteOptions;

/// The stores of all partitions of a replay, in one database that is thrown away: at most about 24
/// MiB of memory, beside the disk.
///
/// One thread writes, any number reads. Once it is closed, reads fail with
/// [InvalidStateStoreException], those under way too.
final class ShadowStores implements ViewStores, AutoCloseable {

    static {
        // A cache, which is made first, does not load it by itself.
        RocksDB.loadLibrary();
    }

    private static final long BUFFER_BYTES = 8L << 20;
    private static final int MOST_BUFFERS = 2;
    private static final long CACHE_BYTES = 8L << 20;
    private static final int MOST_FILES = 64;

    static {
        RocksDB.loadLibrary(); // the cache below does not do so, and may be the first to need it
    }

    private final Path folder;
    private final int partitions;
    private final List<String> names;
    private final LRUCache cache = new LRUCache(CACHE_BYTES);
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
                                    .setCacheIndexAndFilterBlocks(true));
    private final WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final Set<RocksIterator> iterators = new HashSet<>();
    private final RocksDB database;
    private boolean isClosed;

    /// Who writes just now, `topic-partition@offset`; used by the writing thread alone.
    private String event = "";

    /// @param folder to be made, and deleted again
    /// @param names of the stores there are
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

    /// Notes what all that is written from now on follows from.
    void write(String newEvent) {
        this.event = newEvent;
    }

    String event() {
        return event;
    }

    void put(byte[] key, byte @Nullable [] value) {
        guarded(() -> {
            try {
                if (value == null) {
                    database.delete(unlogged, key);
                } else {
                    database.put(unlogged, key, value);
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
