package dev.millrace.streams.views.fold;

import dev.millrace.domain.document.DocumentEvent;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.document.IndexReport;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.streams.runtime.AppliedOffsets;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Folds `documents`, `embeddings` and `index-reports` into `documents`, its index and
/// `throughput`.
final class DocumentsFold implements Fold {

    private final KeyValueStore<String, Document> rows;
    private final KeyValueStore<String, String> index;
    private final ActivityLog activity;
    private final AppliedOffsets applied;

    DocumentsFold(StoresOfAPartition stores) {
        this.rows = stores.get(ViewsTopology.DOCUMENTS);
        this.index = stores.get(ViewsTopology.DOCUMENTS_INDEX);
        this.activity = new ActivityLog(stores.get(ViewsTopology.DOCUMENTS_ACTIVITY));
        this.applied = new AppliedOffsets(stores.get(ViewsTopology.DOCUMENTS_APPLIED));
    }

    @Override
    public void apply(
            @Nullable Envelope<? extends Message> envelope, long timestamp, RecordMetadata origin) {
        if (!applied.isNew(origin)) {
            return;
        }
        if (envelope != null) {
            fold(envelope, timestamp);
        }
        applied.applied(origin);
    }

    private void fold(Envelope<? extends Message> envelope, long timestamp) {
        switch (envelope.messageOrNull()) {
            case DocumentEvent event -> {
                var before = rows.get(event.document().toString());
                store(before, Document.after(before, envelope, event), envelope, timestamp);
            }
            case Embedding embedding -> {
                var before = rows.get(embedding.chunk().document().toString());
                store(before, Document.after(before, envelope, embedding), envelope, timestamp);
            }
            case IndexReport report -> {
                var before = rows.get(report.document().toString());
                store(before, Document.after(before, envelope, report), envelope, timestamp);
            }
            case null, default -> {
                /* Sealed or unknown: history that this version has no word for. */
            }
        }
    }

    private void store(
            @Nullable Document before,
            Document after,
            Envelope<? extends Message> envelope,
            long timestamp) {
        if (after.equals(before)) {
            return;
        }
        rows.put(after.id(), after);
        IndexEntry.move(index, before == null ? null : before.entry(), after.entry());
        activity.add(envelope.tenant(), timestamp, Document.activity(before, after));
    }
}
