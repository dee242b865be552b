package dev.millrace.streams.documents;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.domain.document.DocumentEvent;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.IndexReport;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.event.Payload;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.streams.runtime.AppliedOffsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/// Tells the tasks that brought a document how it ended: once all its chunks can be found, or when
/// it is rejected.
///
/// Usually that is one task; but the same document may come again under another. Each waits as a
/// row of its own (what its document event said, without the text) until it has been told, once.
/// What stays of a document is its key and one number, some 60 bytes; a late index report finds
/// nobody waiting.
///
/// The order of `documents` and `index-reports` among each other does not matter. A record that was
/// applied before is skipped, as is one that is sealed or of a newer version. Confined to the
/// stream thread.
final class CompleteProcessor
        implements Processor<String, Envelope<? extends Message>, String, Envelope<TaskReport>> {

    private static final int FIRST_ATTEMPT = 1;

    private final Author author;

    /* Kafka Streams calls init before anything else. */
    @SuppressWarnings("NullAway.Init")
    private ProcessorContext<String, Envelope<TaskReport>> context;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<String, Long> completions;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<String, Envelope<DocumentEvent>> waiting;

    @SuppressWarnings("NullAway.Init")
    private AppliedOffsets applied;

    CompleteProcessor(Author author) {
        this.author = author;
    }

    @Override
    public void init(ProcessorContext<String, Envelope<TaskReport>> context) {
        this.context = context;
        this.completions = context.getStateStore(DocumentsTopology.COMPLETION);
        this.waiting = context.getStateStore(DocumentsTopology.WAITING);
        this.applied = new AppliedOffsets(context.getStateStore(DocumentsTopology.APPLIED));
    }

    @Override
    public void process(Record<String, Envelope<? extends Message>> record) {
        var news = record.value();
        if (!applied.advanceTo(context.recordMetadata().orElseThrow()) || news == null) {
            return;
        }
        switch (news.messageOrNull()) {
            case DocumentEvent.Accepted accepted -> await(news, accepted);
            case DocumentEvent.Chunked(DocumentId document, int chunks, _) ->
                    advance(record, document, completion(document).expecting(chunks));
            case DocumentEvent.Rejected(DocumentId document, Failure failure) ->
                    report(record, document, accepted -> failed(accepted, failure));
            case IndexReport report ->
                    advance(
                            record,
                            report.document(),
                            completion(report.document()).holding(report.searchable()));
            case null, default -> {
                /* Sealed or unknown: history that this version has no word for. */
            }
        }
    }

    private void await(Envelope<? extends Message> news, DocumentEvent.Accepted accepted) {
        var row =
                new DocumentEvent.Accepted(
                        accepted.document(),
                        accepted.task(),
                        accepted.name(),
                        accepted.mediaType(),
                        accepted.digest(),
                        accepted.size(),
                        new Content.Inline(""));
        waiting.put(
                accepted.document() + "#" + accepted.task(),
                new Envelope<>(
                        news.id(),
                        news.type(),
                        news.time(),
                        news.tenant(),
                        news.subject(),
                        news.labels(),
                        news.actor(),
                        news.site(),
                        news.causation(),
                        news.correlation(),
                        news.trace(),
                        new Payload.Clear<>(row)));
    }

    private Completion completion(DocumentId document) {
        var packed = completions.get(document.toString());
        return packed == null ? Completion.NOTHING : Completion.unpacked(packed);
    }

    private void advance(
            Record<String, Envelope<? extends Message>> record,
            DocumentId document,
            Completion completion) {
        completions.put(document.toString(), completion.packed());
        if (completion.isWhole()) {
            report(record, document, accepted -> succeeded(accepted, completion.expected()));
        }
    }

    /// Tells every task that waits for the document, and forgets it.
    private void report(
            Record<String, Envelope<? extends Message>> record,
            DocumentId document,
            Function<DocumentEvent.Accepted, TaskReport> ending) {
        for (var row : waitingFor(document)) {
            waiting.delete(row.key);
            if (row.cause.messageOrNull() instanceof DocumentEvent.Accepted accepted) {
                var report = author.write(row.cause, "ended", ending.apply(accepted));
                context.forward(
                        new Record<>(accepted.task().toString(), report, record.timestamp()));
            }
        }
    }

    private List<Row> waitingFor(DocumentId document) {
        var rows = new ArrayList<Row>();
        try (var found = waiting.range(document + "#", document + "$")) {
            found.forEachRemaining(entry -> rows.add(new Row(entry.key, entry.value)));
        }
        return rows;
    }

    private static TaskReport succeeded(DocumentEvent.Accepted accepted, int chunks) {
        var output =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("document", accepted.document().toString())
                        .put("name", accepted.name())
                        .put("chunks", chunks)
                        .toString();
        return new TaskReport.Succeeded(
                accepted.task(), FIRST_ATTEMPT, null, new Content.Inline(output));
    }

    private static TaskReport failed(DocumentEvent.Accepted accepted, Failure failure) {
        return new TaskReport.Failed(accepted.task(), FIRST_ATTEMPT, null, failure, false);
    }

    private record Row(String key, Envelope<DocumentEvent> cause) {}
}
