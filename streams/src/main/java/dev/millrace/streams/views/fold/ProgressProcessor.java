package dev.millrace.streams.views.fold;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.TaskProgress;
import dev.millrace.streams.runtime.AppliedOffsets;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Keeps what was last said in `task-progress` of each task.
///
/// A record that was applied before is skipped, as is one that is sealed or of a newer version, and
/// what an earlier attempt says late.
final class ProgressProcessor
        extends ContextualProcessor<String, Envelope<TaskProgress>, Void, Void> {

    private final Arrivals arrivals;
    private @Nullable Stores stores;

    /// @param arrivals told of each record once it is folded
    ProgressProcessor(Arrivals arrivals) {
        this.arrivals = arrivals;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        super.init(context);
        this.stores =
                new Stores(
                        context.getStateStore(ViewsTopology.TASK_PROGRESS),
                        new AppliedOffsets(
                                context.getStateStore(ViewsTopology.TASK_PROGRESS_APPLIED)));
    }

    @Override
    public void process(Record<String, Envelope<TaskProgress>> record) {
        var origin = context().recordMetadata().orElseThrow();
        if (stores == null || !stores.applied.isNew(origin)) {
            return;
        }
        var progress = record.value() == null ? null : record.value().messageOrNull();
        if (progress != null) {
            stores.apply(record.value(), progress);
        }
        stores.applied.applied(origin);
        arrivals.arrived(origin);
    }

    private record Stores(KeyValueStore<String, ProgressRow> rows, AppliedOffsets applied) {

        void apply(Envelope<TaskProgress> envelope, TaskProgress progress) {
            var key = ProgressRow.key(envelope.tenant(), progress.task().toString());
            var before = rows.get(key);
            if (before == null || before.attempt() <= progress.attempt()) {
                rows.put(key, ProgressRow.of(envelope, progress));
            }
        }
    }
}
