package dev.millrace.schemas.codec;

import dev.millrace.domain.document.DocumentEvent;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.task.TaskId;
import dev.millrace.schemas.record.DocumentAcceptedRecord;
import dev.millrace.schemas.record.DocumentChunkedRecord;
import dev.millrace.schemas.record.DocumentEventRecord;
import dev.millrace.schemas.record.DocumentRejectedRecord;
import org.apache.avro.specific.SpecificRecord;

/// `document-event.avsc`.
final class DocumentEventCodec implements PayloadCodec<DocumentEvent> {

    @Override
    public Class<DocumentEvent> vocabulary() {
        return DocumentEvent.class;
    }

    @Override
    public SpecificRecord newRecord() {
        return new DocumentEventRecord();
    }

    @Override
    public SpecificRecord toRecord(DocumentEvent message) {
        return switch (message) {
            case DocumentEvent.Accepted accepted ->
                    new DocumentAcceptedRecord(
                            accepted.document().value(),
                            accepted.task().value(),
                            accepted.name(),
                            accepted.mediaType(),
                            SharedCodec.record(accepted.digest()),
                            accepted.size(),
                            SharedCodec.record(accepted.text()));
            case DocumentEvent.Chunked(var document, var chunks, var chunker) ->
                    new DocumentChunkedRecord(document.value(), chunks, chunker);
            case DocumentEvent.Rejected(var document, var failure) ->
                    new DocumentRejectedRecord(document.value(), SharedCodec.record(failure));
        };
    }

    @Override
    public DocumentEvent toMessage(Object branch) {
        return switch (branch) {
            case DocumentAcceptedRecord accepted ->
                    new DocumentEvent.Accepted(
                            new DocumentId(accepted.getDocument()),
                            new TaskId(accepted.getTask()),
                            accepted.getName(),
                            accepted.getMediaType(),
                            SharedCodec.digest(accepted.getDigest()),
                            accepted.getSize(),
                            SharedCodec.content(accepted.getText()));
            case DocumentChunkedRecord chunked ->
                    new DocumentEvent.Chunked(
                            new DocumentId(chunked.getDocument()),
                            chunked.getChunks(),
                            chunked.getChunker());
            case DocumentRejectedRecord rejected ->
                    new DocumentEvent.Rejected(
                            new DocumentId(rejected.getDocument()),
                            SharedCodec.failure(rejected.getFailure()));
            default -> throw PayloadCodec.foreign(branch);
        };
    }
}
