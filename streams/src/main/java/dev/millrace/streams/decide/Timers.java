package dev.millrace.streams.decide;

import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/// The moments that tasks wait for: one row a task that waits, in the order of the moments.
///
/// Reads from where the last look ended, because what was taken before leaves a trace in the store
/// that is slow to read over. Confined to the stream thread.
final class Timers {

    /// So many tasks are woken at one look, at most; the others at the next.
    static final int MOST_AT_ONCE = 1_000;

    private static final int TIME_DIGITS = 16;
    private static final String END_OF_TIME = "~";

    private final KeyValueStore<String, Long> rows;
    private String from = "";

    Timers(KeyValueStore<String, Long> rows) {
        this.rows = rows;
    }

    static StoreBuilder<KeyValueStore<String, Long>> builder(String name) {
        return Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.Long());
    }

    /// Moves a task's timer to the moment that the task waits for after an event.
    ///
    /// @param before null if nothing was known of the task
    /// @return that moment; null if it waits for none
    @Nullable Instant move(@Nullable TaskState before, TaskState after) {
        var was = before == null ? null : before.wakeAt();
        var is = after.wakeAt();
        if (was != null && !was.equals(is)) {
            rows.delete(key(was, after.task()));
        }
        if (is != null && !is.equals(was)) {
            var key = key(is, after.task());
            rows.put(key, is.toEpochMilli());
            if (key.compareTo(from) < 0) {
                from = key;
            }
        }
        return is;
    }

    /// The timers whose moment has come, the earliest first; they are gone from here.
    List<Due> take(Instant now) {
        var due = new ArrayList<KeyValue<String, Long>>();
        try (var found = rows.range(from, time(now) + END_OF_TIME)) {
            while (found.hasNext() && due.size() < MOST_AT_ONCE) {
                due.add(found.next());
            }
        }
        if (!due.isEmpty()) {
            from = due.getLast().key;
        }
        due.forEach(row -> rows.delete(row.key));
        return due.stream()
                .map(row ->
                        new Due(
                                TaskId.parse(row.key.substring(TIME_DIGITS + 1)),
                                Instant.ofEpochMilli(row.value)))
                .toList();
    }

    /// The earliest moment that a task waits for; null if none does.
    @Nullable Instant next() {
        try (var found = rows.range(from, END_OF_TIME)) {
            return found.hasNext() ? Instant.ofEpochMilli(found.next().value) : null;
        }
    }

    private static String key(Instant moment, TaskId task) {
        return time(moment) + "/" + task;
    }

    /// Hexadecimal digits that sort like the moments, in whole milliseconds.
    private static String time(Instant moment) {
        return "%016x".formatted(Math.max(0, moment.toEpochMilli()));
    }

    /// A moment that has come for a task.
    record Due(TaskId task, Instant moment) {}
}
