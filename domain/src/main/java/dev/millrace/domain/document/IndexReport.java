package dev.millrace.domain.document;

import dev.millrace.domain.event.Message;
import dev.millrace.domain.view.Position;

/// What a search index holds of one document after a commit. On the wire: `index-report.avsc`,
/// keyed by document.
///
/// @param index which index instance says so
/// @param searchable how many chunks of the document a search can find
/// @param applied the last offsets of `embeddings` inside the commit
public record IndexReport(DocumentId document, String index, int searchable, Position applied)
        implements Message {
    @Override
    public String type() {
        return "dev.millrace.index.committed";
    }
}
