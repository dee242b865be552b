package dev.millrace.streams.runtime;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/// Lets all RocksDB stores of the process share one bounded piece of native memory: 64 MiB, of
/// which at most 24 MiB are unwritten records.
///
/// Kafka's default is up to 100 MiB for every store of every partition. Made by Kafka Streams, by
/// name, once for each store: hence the shared parts are static; they live as long as the process.
public final class BoundedRocksDb implements RocksDBConfigSetter {

    private static final long TOTAL_BYTES = 64L << 20;
    private static final long UNWRITTEN_BYTES = 24L << 20;
    private static final long UNWRITTEN_BYTES_OF_A_STORE = 4L << 20;
    /* RocksDB's own 4 MiB a store, of which some kilobytes are used, would be 180 MiB a site. */
    private static final long MANIFEST_PREALLOCATED_BYTES = 64L << 10;
    private static final Cache CACHE = new LRUCache(TOTAL_BYTES);
    private static final WriteBufferManager BUFFERS =
            new WriteBufferManager(UNWRITTEN_BYTES, CACHE);

    @Override
    public void setConfig(String store, Options options, Map<String, Object> configs) {
        var table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(CACHE);
        table.setCacheIndexAndFilterBlocks(true);
        table.setPinTopLevelIndexAndFilter(true);
        options.setTableFormatConfig(table);
        options.setWriteBufferManager(BUFFERS);
        options.setWriteBufferSize(UNWRITTEN_BYTES_OF_A_STORE);
        options.setMaxWriteBufferNumber(2);
        options.setManifestPreallocationSize(MANIFEST_PREALLOCATED_BYTES);
    }

    @Override
    public void close(String store, Options options) {
        /* The cache and the buffers belong to all stores. */
    }
}
