package dev.millrace.domain.document;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.TaskId;

/// Something that happened to one document. On the wire: `document-event.avsc`, keyed by document.
public sealed interface DocumentEvent extends Message {

    DocumentId document();

    /// The document was taken in.
    ///
    /// @param task the task that takes it in, to be told how it ends
    /// @param name its relative path, or whatever its publisher calls it
    /// @param mediaType `text/plain`, `text/markdown` or `text/html`
    /// @param digest of the text's UTF-8 bytes
    /// @param size in bytes of UTF-8
    record Accepted(
            DocumentId document,
            TaskId task,
            String name,
            String mediaType,
            Digest digest,
            long size,
            Content text)
            implements DocumentEvent {
        @Override
        public String type() {
            return "dev.millrace.document.accepted";
        }
    }

    /// All chunks of the document are in `chunks`.
    ///
    /// @param chunks how many; 1 or more
    /// @param chunker the name and version of what cut it
    record Chunked(DocumentId document, int chunks, String chunker) implements DocumentEvent {
        @Override
        public String type() {
            return "dev.millrace.document.chunked";
        }
    }

    /// Nothing can be made of the document.
    record Rejected(DocumentId document, Failure failure) implements DocumentEvent {
        @Override
        public String type() {
            return "dev.millrace.document.rejected";
        }
    }
}
