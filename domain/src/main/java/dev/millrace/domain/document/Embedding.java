package dev.millrace.domain.document;

import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.search.Model;
import dev.millrace.domain.search.Vector;

/// A chunk with its vector: all that a search index needs. On the wire: `embedding.avsc`, keyed by
/// chunk, partitioned by document.
///
/// @param model what made the vector
/// @param worker which process and device ran the model
/// @param inputDigest of the exact text that the model was given
public record Embedding(
        ChunkId chunk,
        Passage passage,
        Vector vector,
        Model model,
        String worker,
        Digest inputDigest)
        implements Message {
    @Override
    public String type() {
        return "dev.millrace.chunk.embedded";
    }
}
