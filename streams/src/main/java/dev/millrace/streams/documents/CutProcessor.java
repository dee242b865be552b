package dev.millrace.streams.documents;

import dev.millrace.domain.document.Chunk;
import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.DocumentEvent;
import dev.millrace.domain.document.Passage;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.streams.chunking.Chunker;
import dev.millrace.streams.chunking.Piece;
import java.util.List;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/// Cuts an accepted document into chunks, or rejects it.
///
/// The chunks, and the event that counts them, are one transaction, however many they are. Blocks
/// on the blob store; holds the text and the pieces of one document at a time.
final class CutProcessor
        extends ContextualProcessor<
                String, Envelope<DocumentEvent>, String, Envelope<? extends Message>> {

    private final Texts texts;
    private final Chunker chunker;
    private final Author author;

    CutProcessor(Texts texts, Chunker chunker, Author author) {
        this.texts = texts;
        this.chunker = chunker;
        this.author = author;
    }

    @Override
    public void process(Record<String, Envelope<DocumentEvent>> record) {
        var cause = record.value();
        if (cause != null && cause.messageOrNull() instanceof DocumentEvent.Accepted accepted) {
            try {
                cut(record, cause, accepted);
            } catch (NotIngestible refused) {
                var rejected = new DocumentEvent.Rejected(accepted.document(), refused.failure());
                end(record, author.write(cause, "rejected", rejected), rejected);
            }
        }
    }

    private void cut(
            Record<String, Envelope<DocumentEvent>> record,
            Envelope<DocumentEvent> cause,
            DocumentEvent.Accepted accepted)
            throws NotIngestible {
        var pieces = pieces(texts.read(accepted.text()), accepted.mediaType());
        if (pieces.isEmpty()) {
            throw new NotIngestible("empty", "the document has no text that a reader could see");
        }
        for (int index = 0; index < pieces.size(); index++) {
            var piece = pieces.get(index);
            var id = new ChunkId(accepted.document(), index);
            var passage = new Passage(accepted.name(), piece.start(), piece.end(), piece.text());
            var chunk = new Chunk(id, passage, piece.headings(), Digest.of(piece.text()));
            var envelope = author.write(cause, "chunk-" + index, chunk);
            context()
                    .forward(
                            new Record<>(id.toString(), envelope, record.timestamp()),
                            DocumentsTopology.CHUNKS_OUT);
        }
        var chunked =
                new DocumentEvent.Chunked(accepted.document(), pieces.size(), Chunker.VERSION);
        end(record, author.write(cause, "chunked", chunked), chunked);
    }

    /// A text that breaks a parser is its document's misfortune, not the others'.
    private List<Piece> pieces(String text, String mediaType) throws NotIngestible {
        try {
            return chunker.cut(text, mediaType);
        } catch (RuntimeException | StackOverflowError broken) {
            throw new NotIngestible(
                    "chunker_failed",
                    "the document cannot be parsed as %s (%s); another media type may do"
                            .formatted(mediaType, broken.getClass().getSimpleName()));
        }
    }

    private void end(
            Record<String, Envelope<DocumentEvent>> record,
            Envelope<? extends Message> envelope,
            DocumentEvent event) {
        context()
                .forward(
                        new Record<>(event.document().toString(), envelope, record.timestamp()),
                        DocumentsTopology.CUT_OUT);
    }
}
