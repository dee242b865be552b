package dev.millrace.streams.decide;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.task.DependencyResult;
import dev.millrace.domain.task.DependencyResults;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskId;
import java.util.ArrayList;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/// What became of the tasks that a task waits for: a row for each of the first
/// [DependencyResults#MOST], under the task that waits, until that ends.
///
/// A row is the command that settled it, which knows the labels of the output too. Confined to the
/// stream thread.
final class Dependencies {

    private static final String BETWEEN = "/";
    private static final String AFTER_ALL = "0"; // the character after BETWEEN

    private final KeyValueStore<String, Envelope<TaskCommand>> rows;

    Dependencies(KeyValueStore<String, Envelope<TaskCommand>> rows) {
        this.rows = rows;
    }

    static StoreBuilder<KeyValueStore<String, Envelope<TaskCommand>>> builder(
            String name, Serde<Envelope<TaskCommand>> commands) {
        return Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(name), Serdes.String(), commands);
    }

    /// Notes how a task ended that another waits for.
    ///
    /// @param envelope of the command
    void add(TaskCommand.Settle settle, Envelope<TaskCommand> envelope) {
        if (DependencyResults.names(settle.index())) {
            rows.put(key(settle.task(), settle.index()), envelope);
        }
    }

    /// What an attempt at a task is handed.
    ///
    /// @param named how many tasks it waited for
    /// @param labels of the task itself
    Handed of(TaskId task, int named, Labels labels) {
        var known = new ArrayList<DependencyResult>();
        var strictest = labels;
        try (var all = rows.range(task + BETWEEN, task + AFTER_ALL)) {
            while (all.hasNext()) {
                var row = all.next().value;
                if (row.messageOrNull() instanceof TaskCommand.Settle settle) {
                    var result = settle.result();
                    if (result.output() != null) {
                        boolean fits = strictest.canJoin(row.labels());
                        result = fits ? result : result.withoutOutput();
                        strictest = fits ? strictest.join(row.labels()) : strictest;
                    }
                    known.add(result);
                }
            }
        }
        return new Handed(DependencyResults.of(named, known), strictest);
    }

    /// Forgets what was noted for a task.
    void drop(TaskId task) {
        var keys = new ArrayList<String>();
        try (var all = rows.range(task + BETWEEN, task + AFTER_ALL)) {
            while (all.hasNext()) {
                keys.add(all.next().key);
            }
        }
        keys.forEach(rows::delete);
    }

    /// Sorts like the indices, of which there are fewer than a hundred.
    private static String key(TaskId task, int index) {
        return "%s%s%02d".formatted(task, BETWEEN, index);
    }

    /// @param labels at least as strict as those of the task and of each output
    record Handed(DependencyResults results, Labels labels) {}
}
