package dev.millrace.domain.document;

/// Names a piece of a document, written `<document>#<index>`.
///
/// @param index counts the document's chunks from 0
public record ChunkId(DocumentId document, int index) implements Comparable<ChunkId> {

    public ChunkId {
        if (index < 0) {
            throw new IllegalArgumentException("index: " + index + " (expected: >= 0)");
        }
    }

    /// Reads what [#toString] writes.
    ///
    /// @throws IllegalArgumentException if `text` is something else
    public static ChunkId parse(String text) {
        int hash = text.indexOf('#');
        if (hash < 0) {
            throw new IllegalArgumentException(
                    "chunk: " + text + " (expected: <document>#<index>)");
        }
        return new ChunkId(
                DocumentId.parse(text.substring(0, hash)),
                Integer.parseInt(text.substring(hash + 1)));
    }

    @Override
    public int compareTo(ChunkId other) {
        int byDocument = document.compareTo(other.document);
        return byDocument != 0 ? byDocument : Integer.compare(index, other.index);
    }

    @Override
    public String toString() {
        return document + "#" + index;
    }
}
