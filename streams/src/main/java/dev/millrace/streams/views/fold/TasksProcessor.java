package dev.millrace.streams.views.fold;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.streams.runtime.AppliedOffsets;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Folds `task-events` into `tasks`, its index, `task-history`, `task-counts` and `throughput`.
///
/// A record that was applied before is skipped, as is one that is sealed or of a newer version.
final class TasksProcessor extends ContextualProcessor<String, Envelope<TaskEvent>, Void, Void> {

    private final Arrivals arrivals;
    private @Nullable Stores stores;

    /// @param arrivals told of each record once it is folded
    TasksProcessor(Arrivals arrivals) {
        this.arrivals = arrivals;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        super.init(context);
        this.stores =
                new Stores(
                        context.getStateStore(ViewsTopology.TASKS),
                        context.getStateStore(ViewsTopology.TASKS_INDEX),
                        context.getStateStore(ViewsTopology.TASK_HISTORY),
                        context.getStateStore(ViewsTopology.TASK_COUNTS),
                        new ActivityLog(context.getStateStore(ViewsTopology.TASKS_ACTIVITY)),
                        new AppliedOffsets(context.getStateStore(ViewsTopology.TASKS_APPLIED)));
    }

    @Override
    public void process(Record<String, Envelope<TaskEvent>> record) {
        var origin = context().recordMetadata().orElseThrow();
        if (stores == null || !stores.applied.isNew(origin)) {
            return;
        }
        var event = record.value() == null ? null : record.value().messageOrNull();
        if (event != null) {
            stores.apply(record.value(), event, record.timestamp(), origin);
        }
        stores.applied.applied(origin);
        arrivals.arrived(origin);
    }

    private record Stores(
            KeyValueStore<String, TaskRow> rows,
            KeyValueStore<String, String> index,
            KeyValueStore<String, HistoryItem> history,
            KeyValueStore<String, Long> counts,
            ActivityLog activity,
            AppliedOffsets applied) {

        void apply(
                Envelope<TaskEvent> envelope,
                TaskEvent event,
                long timestamp,
                RecordMetadata origin) {
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
            if (before != null && before.state().equals(after.state())) {
                return;
            }
            IndexEntry.move(index, before == null ? null : before.entry(), after.entry());
            if (before != null) {
                count(before, -1);
            }
            count(after, 1);
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
}
