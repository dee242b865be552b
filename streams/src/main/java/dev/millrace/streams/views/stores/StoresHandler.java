package dev.millrace.streams.views.stores;

import com.sun.net.httpserver.HttpHandler;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.schemas.query.QueryHandler;
import dev.millrace.schemas.query.QueryPaths;
import dev.millrace.streams.views.fold.ViewsTopology;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/// Answers other instances of the views from the stores of this one, and never from another's: what
/// it does not hold just now, it refuses with 503.
///
/// An answer holds at most [#MOST_ENTRIES] entries and about [#MOST_BYTES] bytes; the rest is to be
/// asked for again.
public final class StoresHandler {

    static final int MOST_ENTRIES = 500;
    static final int MOST_BYTES = 4 << 20;

    private static final int MOST_AT_ONCE = 64;

    private final ViewStores local;
    private final Standbys standbys;

    private StoresHandler(ViewStores local, Standbys standbys) {
        this.local = local;
        this.standbys = standbys;
    }

    /// A handler to be mounted at [QueryPaths#STORES].
    ///
    /// @param local what this instance holds; fails for what it does not
    /// @param standbys the copies it keeps of what others fold
    public static HttpHandler of(ViewStores local, Standbys standbys) {
        var stores = new StoresHandler(local, standbys);
        return new QueryHandler(
                "application/octet-stream",
                MOST_AT_ONCE,
                Map.of(
                        "POST " + QueryPaths.GET,
                        stores::get,
                        "POST " + QueryPaths.RANGE,
                        stores::range,
                        "POST " + QueryPaths.STANDBY,
                        stores::held));
    }

    private CompletionStage<byte[]> held(byte[] question) {
        var held = StoreWire.readHeld(question);
        check(held.applied(), held.partition());
        return answered(
                held.applied(),
                held.partition(),
                () -> StoreWire.write(standbys.copy(held.applied(), held.partition())));
    }

    private CompletionStage<byte[]> get(byte[] question) {
        var get = StoreWire.readGet(question);
        if (get.keys().size() > MOST_ENTRIES) {
            throw new IllegalArgumentException(
                    "keys: " + get.keys().size() + " (expected: 0.." + MOST_ENTRIES + ")");
        }
        return read(
                get.store(),
                get.partition(),
                get.copy(),
                store -> {
                    var values = serializer(get.store());
                    var found = new ArrayList<byte @Nullable []>();
                    int bytes = 0;
                    for (var key : get.keys()) {
                        var value = store.get(key);
                        var written = value == null ? null : values.serialize("", value);
                        found.add(written);
                        bytes += written == null ? 0 : written.length;
                        if (bytes >= MOST_BYTES) {
                            break;
                        }
                    }
                    return StoreWire.write(new StoreWire.Values(found));
                });
    }

    private CompletionStage<byte[]> range(byte[] question) {
        var range = StoreWire.readRange(question);
        return read(
                range.store(),
                range.partition(),
                range.copy(),
                store -> {
                    var values = serializer(range.store());
                    var found = new ArrayList<KeyValue<String, byte[]>>();
                    int bytes = 0;
                    try (var entries = open(store, range)) {
                        while (entries.hasNext()
                                && found.size() < MOST_ENTRIES
                                && bytes < MOST_BYTES) {
                            var entry = entries.next();
                            if (!entry.key.equals(range.after())) {
                                var value = values.serialize("", entry.value);
                                found.add(KeyValue.pair(entry.key, value));
                                bytes += value.length;
                            }
                        }
                        return StoreWire.write(new StoreWire.Entries(found, entries.hasNext()));
                    }
                });
    }

    private static KeyValueIterator<String, Object> open(
            ReadOnlyKeyValueStore<String, Object> store, StoreWire.Range range) {
        var after = range.after();
        return range.descending()
                ? store.reverseRange(range.from(), after == null ? range.to() : after)
                : store.range(after == null ? range.from() : after, range.to());
    }

    private CompletionStage<byte[]> read(
            String name,
            int partition,
            @Nullable String copy,
            Function<ReadOnlyKeyValueStore<String, Object>, byte[]> reading) {
        check(name, partition);
        return answered(
                name,
                partition,
                () ->
                        reading.apply(
                                copy == null
                                        ? local.store(name, partition)
                                        : standbys.store(name, partition, copy)));
    }

    private void check(String store, int partition) {
        if (partition < 0 || partition >= local.partitions()) {
            throw new IllegalArgumentException(
                    "partition: " + partition + " (expected: 0.." + (local.partitions() - 1) + ")");
        }
        var _ = ViewsTopology.source(store);
    }

    private static CompletionStage<byte[]> answered(
            String name, int partition, Supplier<byte[]> reading) {
        try {
            return CompletableFuture.completedStage(reading.get());
        } catch (InvalidStateStoreException notHere) {
            return CompletableFuture.failedStage(
                    new ViewUnavailable(name, "partition " + partition + " is not held here"));
        }
    }

    private static Serializer<Object> serializer(String store) {
        return ViewsTopology.<Object>values(store).serializer();
    }
}
