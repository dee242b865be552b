package dev.millrace.streams.views.fold;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.task.TaskProgress;
import dev.millrace.streams.runtime.AppliedOffsets;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Keeps what was last said in `task-progress` of each task; what an earlier attempt says late is
/// skipped.
final class ProgressFold implements Fold {

    private final KeyValueStore<String, ProgressRow> rows;
    private final AppliedOffsets applied;

    ProgressFold(StoresOfAPartition stores) {
        this.rows = stores.get(ViewsTopology.TASK_PROGRESS);
        this.applied = new AppliedOffsets(stores.get(ViewsTopology.TASK_PROGRESS_APPLIED));
    }

    @Override
    public void apply(
            @Nullable Envelope<? extends Message> envelope, long timestamp, RecordMetadata origin) {
        if (!applied.isNew(origin)) {
            return;
        }
        if (envelope != null && envelope.messageOrNull() instanceof TaskProgress progress) {
            fold(envelope, progress);
        }
        applied.applied(origin);
    }

    private void fold(Envelope<?> envelope, TaskProgress progress) {
        var key = ProgressRow.key(envelope.tenant(), progress.task().toString());
        var before = rows.get(key);
        if (before == null || before.attempt() <= progress.attempt()) {
            rows.put(key, ProgressRow.of(envelope, progress));
        }
    }
}
