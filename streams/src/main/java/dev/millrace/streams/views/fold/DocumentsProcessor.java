package dev.millrace.streams.views.fold;

import dev.millrace.domain.document.DocumentEvent;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.document.IndexReport;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.streams.runtime.AppliedOffsets;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Folds `documents`, `embeddings` and `index-reports` into `documents`, its index and
/// `throughput`.
///
/// A record that was applied before is skipped, as is one that is sealed or of a newer version.
final class DocumentsProcessor
        extends ContextualProcessor<String, Envelope<? extends Message>, Void, Void> {

    private final Arrivals arrivals;
    private @Nullable Stores stores;

    /// @param arrivals told of each record once it is folded
    DocumentsProcessor(Arrivals arrivals) {
        this.arrivals = arrivals;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        super.init(context);
        this.stores =
                new Stores(
                        context.getStateStore(ViewsTopology.DOCUMENTS),
                        context.getStateStore(ViewsTopology.DOCUMENTS_INDEX),
                        new ActivityLog(context.getStateStore(ViewsTopology.DOCUMENTS_ACTIVITY)),
                        new AppliedOffsets(context.getStateStore(ViewsTopology.DOCUMENTS_APPLIED)));
    }

    @Override
    public void process(Record<String, Envelope<? extends Message>> record) {
        var origin = context().recordMetadata().orElseThrow();
        if (stores == null || !stores.applied.isNew(origin)) {
            return;
        }
        if (record.value() != null) {
            stores.apply(record.value(), record.timestamp());
        }
        stores.applied.applied(origin);
        arrivals.arrived(origin);
    }

    private record Stores(
            KeyValueStore<String, Document> rows,
            KeyValueStore<String, String> index,
            ActivityLog activity,
            AppliedOffsets applied) {

        void apply(Envelope<? extends Message> envelope, long timestamp) {
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
}
