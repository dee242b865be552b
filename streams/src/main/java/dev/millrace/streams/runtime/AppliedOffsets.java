package dev.millrace.streams.runtime;

import dev.millrace.domain.view.Position;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/// The offset of the last record applied, for each input partition, kept in a store of its own.
///
/// Written in the same transaction as whatever the record changed, so that a consumer group that
/// was reset can neither apply a record again nor miss one: replayed records are skipped by their
/// offset. Confined to the stream thread.
public final class AppliedOffsets {

    /*
     * A store that is overwritten with every record: small segments let the log cleaner keep its
     * changelog short, which is what a restart after a crash has to read.
     */
    private static final Map<String, String> CHANGELOG =
            Map.of("segment.bytes", "8388608", "min.cleanable.dirty.ratio", "0.2");

    private final KeyValueStore<String, Long> store;

    public AppliedOffsets(KeyValueStore<String, Long> store) {
        this.store = store;
    }

    /// A store on disk for applied offsets, by `topic-partition`.
    public static StoreBuilder<KeyValueStore<String, Long>> builder(String name) {
        return builder(Stores.persistentKeyValueStore(name));
    }

    /// A store for applied offsets, by `topic-partition`, kept where it is told.
    public static StoreBuilder<KeyValueStore<String, Long>> builder(KeyValueBytesStoreSupplier on) {
        return Stores.keyValueStoreBuilder(on, Serdes.String(), Serdes.Long())
                .withLoggingEnabled(CHANGELOG);
    }

    /// Moves on to a record.
    ///
    /// @return false if it was applied before and must be skipped
    public boolean advanceTo(RecordMetadata record) {
        if (!isNew(record)) {
            return false;
        }
        applied(record);
        return true;
    }

    /// Whether a record was not applied before.
    public boolean isNew(RecordMetadata record) {
        var last = store.get(partition(record));
        return last == null || record.offset() > last;
    }

    /// Notes that all a record changes is written. Where stores are queried while they are written,
    /// this comes last, so that a position that is read promises no more than the rows hold.
    public void applied(RecordMetadata record) {
        store.put(partition(record), record.offset());
    }

    private static String partition(RecordMetadata record) {
        return record.topic() + "-" + record.partition();
    }

    /// How far a store's partition has read. May be called from any thread.
    public static Position position(ReadOnlyKeyValueStore<String, Long> store) {
        var offsets = new TreeMap<String, Long>();
        try (var entries = store.all()) {
            entries.forEachRemaining(entry -> offsets.put(entry.key, entry.value));
        }
        return new Position(offsets);
    }
}
