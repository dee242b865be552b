package dev.millrace.streams.decide;

import dev.millrace.domain.task.TaskId;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/// Which tasks wait for which: a row for each pair, under the task that is waited for, until that
/// ends.
///
/// Confined to the stream thread.
final class Watchers {

    private static final String BETWEEN = "/";
    private static final String AFTER_ALL = "0"; // the character after BETWEEN

    private final KeyValueStore<String, Integer> rows;

    Watchers(KeyValueStore<String, Integer> rows) {
        this.rows = rows;
    }

    static StoreBuilder<KeyValueStore<String, Integer>> builder(String name) {
        return Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.Integer());
    }

    /// Notes that a task waits for another.
    ///
    /// @param index which of those that it waits for the other is
    void add(TaskId dependency, TaskId by, int index) {
        rows.put(dependency + BETWEEN + by, index);
    }

    /// The tasks that wait for one; they are gone from here.
    List<Watcher> take(TaskId dependency) {
        var found = new ArrayList<Watcher>();
        try (var all = rows.range(dependency + BETWEEN, dependency + AFTER_ALL)) {
            while (all.hasNext()) {
                var row = all.next();
                var by = TaskId.parse(row.key.substring(row.key.indexOf(BETWEEN) + 1));
                found.add(new Watcher(by, row.value));
            }
        }
        found.forEach(watcher -> rows.delete(dependency + BETWEEN + watcher.by));
        return found;
    }

    /// A task that waits.
    record Watcher(TaskId by, int index) {}
}
