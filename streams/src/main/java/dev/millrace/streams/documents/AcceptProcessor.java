package dev.millrace.streams.documents;

import dev.millrace.domain.document.DocumentEvent;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.kind.BuiltInKinds;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskReport;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/// Takes in the document that an `ingest` task brings, or says why not.
///
/// Other events are none of its business. Blocks on the blob store.
final class AcceptProcessor
        extends ContextualProcessor<
                String, Envelope<TaskEvent>, String, Envelope<? extends Message>> {

    private static final int FIRST_ATTEMPT = 1;

    private final Texts texts;
    private final Author author;

    AcceptProcessor(Texts texts, Author author) {
        this.texts = texts;
        this.author = author;
    }

    @Override
    public void process(Record<String, Envelope<TaskEvent>> record) {
        var cause = record.value();
        switch (cause == null ? null : cause.messageOrNull()) {
            case TaskEvent.Submitted submitted when submitted.isQueued() ->
                    accept(record, submitted, submitted.kind(), submitted.input(), FIRST_ATTEMPT);
            case TaskEvent.Queued queued ->
                    accept(record, queued, queued.kind(), queued.input(), queued.attempt());
            case null, default -> {
                /* Nothing that could be begun now. */
            }
        }
    }

    private void accept(
            Record<String, Envelope<TaskEvent>> record,
            TaskEvent event,
            String kind,
            Content input,
            int attempt) {
        if (!kind.equals(BuiltInKinds.INGEST.name())) {
            return;
        }
        var cause = record.value();
        var task = event.task();
        try {
            var accepted = accepted(cause.tenant(), task, input);
            forward(
                    record,
                    accepted.document().toString(),
                    author.write(cause, "accepted", accepted),
                    DocumentsTopology.ACCEPTED_OUT);
            var started = new TaskReport.Started(task, attempt, null, Author.NAME, null);
            report(record, task, author.<TaskReport>write(cause, "started", started));
        } catch (NotIngestible refused) {
            var failed = new TaskReport.Failed(task, attempt, null, refused.failure(), false);
            report(record, task, author.<TaskReport>write(cause, "failed", failed));
        }
    }

    private DocumentEvent.Accepted accepted(String tenant, TaskId task, Content content)
            throws NotIngestible {
        var input = IngestInput.parse(texts.read(content));
        var text = texts.take(input.source());
        return new DocumentEvent.Accepted(
                DocumentId.of(tenant, input.name(), text.digest()),
                task,
                input.name(),
                input.mediaType(),
                text.digest(),
                text.size(),
                text.content());
    }

    private void report(
            Record<String, Envelope<TaskEvent>> record, TaskId task, Envelope<TaskReport> report) {
        forward(record, task.toString(), report, DocumentsTopology.STARTED_OUT);
    }

    private void forward(
            Record<String, Envelope<TaskEvent>> record,
            String key,
            Envelope<? extends Message> envelope,
            String sink) {
        context().forward(new Record<>(key, envelope, record.timestamp()), sink);
    }
}
