package dev.millrace.streams.simulation.views;

import dev.millrace.streams.simulation.World;
import dev.millrace.streams.simulation.log.LogRecord;
import dev.millrace.streams.simulation.log.SimulatedStore;
import dev.millrace.streams.views.fold.Arrivals;
import dev.millrace.streams.views.fold.Fold;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// A [StreamTask] in the hands of one instance, from the moment it has restored its stores.
final class FoldTask implements Fold.StoresOfAPartition {

    private final World world;
    private final ViewSeams seams;
    private final StreamTask task;
    private final Changelog changelog;
    private final Map<String, SimulatedStore<?>> stores = new LinkedHashMap<>();
    private final Map<String, Long> next;
    private final Fold fold;
    private boolean isChanged;

    /// @param between called between two changes of its stores
    FoldTask(
            World world,
            ViewSeams seams,
            StreamTask task,
            Changelog changelog,
            Arrivals arrivals,
            Runnable between) {
        this.world = world;
        this.seams = seams;
        this.task = task;
        this.changelog = changelog;
        this.next = new HashMap<>(changelog.offsets());
        for (var name : task.stores()) {
            SimulatedStore<Object> store = seams.store(name);
            if (seams.isRestored(name)) {
                changelog.restore(store);
            }
            boolean isKeptAtOnce = !seams.isWrittenInTransaction(name);
            store.onChange(() -> {
                if (isKeptAtOnce) {
                    changelog.keep(store);
                }
                between.run();
            });
            stores.put(name, store);
        }
        this.fold = seams.fold(task.applied(), this, arrivals);
    }

    @Override
    @SuppressWarnings("unchecked") // as with Kafka Streams, whoever asks knows the store
    public <V> KeyValueStore<String, V> get(String name) {
        var store = stores.get(name);
        if (store == null) {
            throw new IllegalArgumentException("store: " + name);
        }
        return (KeyValueStore<String, V>) store;
    }

    /// Folds the next record of any of its topics; false if there is none yet.
    boolean foldNext() {
        var record = read();
        if (record == null) {
            return false;
        }
        next.put(record.place().topic(), record.place().offset() + 1);
        isChanged = true;
        fold.apply(record.envelope(), record.timestamp(), record.place());
        if (!seams.commitsPositionsWithTheRest()) {
            changelog.keep(next);
        }
        return true;
    }

    private @Nullable LogRecord read() {
        var topics = task.topics();
        int first = world.random.nextInt(topics.size());
        for (int i = 0; i < topics.size(); i++) {
            var topic = topics.get((first + i) % topics.size());
            var partition = world.log.partition(topic, task.partition());
            long from = next.getOrDefault(topic, 0L);
            var record =
                    seams.readsCommittedAlone() ? partition.read(from) : partition.readAny(from);
            if (record != null) {
                return record;
            }
        }
        return null;
    }

    boolean isChanged() {
        return isChanged;
    }

    /// All that it changed lasts.
    void commit() {
        stores.values().forEach(changelog::keep);
        changelog.keep(next);
        isChanged = false;
    }

    /// What its stores hold.
    Map<String, Map<String, ?>> rows() {
        var rows = new TreeMap<String, Map<String, ?>>();
        stores.forEach((name, store) -> rows.put(name, store.rows()));
        return rows;
    }
}
