package dev.millrace.domain.document;

import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Message;
import java.util.List;

/// A piece of a document to embed. On the wire: `chunk.avsc`, keyed by chunk, partitioned by
/// document.
///
/// @param headings the titles above it, outermost first
/// @param digest of the passage's text
public record Chunk(ChunkId id, Passage passage, List<String> headings, Digest digest)
        implements Message {

    public Chunk {
        headings = List.copyOf(headings);
    }

    @Override
    public String type() {
        return "dev.millrace.chunk.cut";
    }
}
