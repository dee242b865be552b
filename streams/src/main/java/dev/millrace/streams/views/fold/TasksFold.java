package dev.millrace.streams.views.fold;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.streams.runtime.AppliedOffsets;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Folds `task-events` into `tasks`, its index, `task-history`, `task-counts`, and its part of
/// `throughput`, `workers` and `usage`.
final class TasksFold implements Fold {

    private final KeyValueStore<String, TaskRow> rows;
    private final KeyValueStore<String, String> index;
    private final KeyValueStore<String, HistoryItem> history;
    private final KeyValueStore<String, Long> counts;
    private final ActivityLog activity;
    private final WorkLog work;
    private final AppliedOffsets applied;

    TasksFold(StoresOfAPartition stores) {
        this.rows = stores.get(ViewsTopology.TASKS);
        this.index = stores.get(ViewsTopology.TASKS_INDEX);
        this.history = stores.get(ViewsTopology.TASK_HISTORY);
        this.counts = stores.get(ViewsTopology.TASK_COUNTS);
        this.activity = new ActivityLog(stores.get(ViewsTopology.TASKS_ACTIVITY));
        this.work = new WorkLog(stores.get(ViewsTopology.TASKS_TALLIES));
        this.applied = new AppliedOffsets(stores.get(ViewsTopology.TASKS_APPLIED));
    }

    @Override
    public void apply(
            @Nullable Envelope<? extends Message> envelope, long timestamp, RecordMetadata origin) {
        if (!applied.isNew(origin)) {
            return;
        }
        if (envelope != null && envelope.messageOrNull() instanceof TaskEvent event) {
            fold(envelope, event, timestamp, origin);
        }
        applied.applied(origin);
    }

    private void fold(
            Envelope<?> envelope, TaskEvent event, long timestamp, RecordMetadata origin) {
        var id = event.task().toString();
        var item = HistoryItem.of(envelope, event, origin);
        history.put(
                IndexEntry.prefix(envelope.tenant(), id) + IndexEntry.ordered(event.version()),
                item);
        var before = rows.get(id);
        var after = TaskRow.after(before, envelope.tenant(), id, item);
        if (after == null) {
            return;
        }
        rows.put(id, after);
        work.add(before, after, event, item, timestamp);
        if (before != null && before.state().equals(after.state())) {
            return;
        }
        IndexEntry.move(index, before == null ? null : before.entry(), after.entry());
        // In this order, so that whoever reads in between misses no task.
        count(after, 1);
        if (before != null) {
            count(before, -1);
        }
        if (after.isEnded()) {
            activity.add(after.tenant(), timestamp, Activity.TASK_ENDED);
        }
    }

    private void count(TaskRow row, int change) {
        var key = CountKey.of(row).stored(row.tenant());
        var before = counts.get(key);
        long after = (before == null ? 0 : before) + change;
        counts.put(key, after == 0 ? null : after);
    }
}
