package dev.millrace.streams.views.fold;

import dev.millrace.domain.document.DocumentEvent;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.document.IndexReport;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.streams.runtime.AppliedOffsets;
import dev.millrace.streams.views.tally.Embedded;
import dev.millrace.streams.views.tally.WorkerKey;
import dev.millrace.streams.views.tally.WorkerTallies;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Folds `documents`, `embeddings` and `index-reports` into `documents`, its index, and their part
/// of `throughput`, `workers` and `models`.
final class DocumentsFold implements Fold {

    private final KeyValueStore<String, Document> rows;
    private final KeyValueStore<String, String> index;
    private final ActivityLog activity;
    private final WorkerTallies embedders;
    private final AppliedOffsets applied;

    DocumentsFold(StoresOfAPartition stores) {
        this.rows = stores.get(ViewsTopology.DOCUMENTS);
        this.index = stores.get(ViewsTopology.DOCUMENTS_INDEX);
        this.activity = new ActivityLog(stores.get(ViewsTopology.DOCUMENTS_ACTIVITY));
        this.embedders = new WorkerTallies(stores.get(ViewsTopology.DOCUMENTS_TALLIES));
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
                var after = Document.after(before, envelope, embedding);
                store(before, after, envelope, timestamp);
                if (after.has(embedding) && (before == null || !before.has(embedding))) {
                    embedders.add(envelope.tenant(), key(embedding), one(envelope, embedding));
                }
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

    private static WorkerKey key(Embedding embedding) {
        var model = embedding.model();
        return WorkerKey.ofModel(embedding.worker(), model.name(), model.version());
    }

    private static Embedded one(Envelope<?> envelope, Embedding embedding) {
        return Embedded.one(embedding.model().dimensions(), envelope.time());
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
