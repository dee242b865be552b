package dev.millrace.bench.ingest;

import dev.millrace.bench.text.Text;
import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.Passage;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import dev.millrace.streams.chunking.Chunker;
import java.util.ArrayList;
import java.util.List;

/// A chunk of a text, as the site makes it.
///
/// @param input what the model is given: the headings above the passage, and the passage
record CutText(ChunkId id, Passage passage, String input) {

    /// All chunks of some texts, in order.
    static List<CutText> of(List<Text> texts) {
        var chunker = new Chunker();
        var chunks = new ArrayList<CutText>();
        for (var text : texts) {
            var document =
                    DocumentId.of(Envelope.DEFAULT_TENANT, text.name(), Digest.of(text.body()));
            int index = 0;
            for (var piece : chunker.cut(text.body(), text.mediaType())) {
                var input = new StringBuilder();
                piece.headings().forEach(heading -> input.append(heading).append('\n'));
                chunks.add(
                        new CutText(
                                new ChunkId(document, index++),
                                new Passage(text.name(), piece.start(), piece.end(), piece.text()),
                                input.append(piece.text()).toString()));
            }
        }
        return chunks;
    }
}
