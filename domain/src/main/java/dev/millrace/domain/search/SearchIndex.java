package dev.millrace.domain.search;

import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.Passage;
import dev.millrace.domain.view.Position;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// Finds passages by meaning and by words.
///
/// Safe for use by many threads; calls never block. Only what is committed is found.
public interface SearchIndex {

    /// The most hits one search may ask for.
    int MAX_LIMIT = 100;

    /// The best passages for a text, best first; ties in the order of chunk ids.
    ///
    /// @param tenant whose documents
    /// @param limit most hits, 1 to [#MAX_LIMIT]
    CompletionStage<SearchResult> search(String tenant, String text, int limit);

    /// How much the index holds, asked of the index itself.
    ///
    /// @param documents only these; empty for all of the tenant's
    CompletionStage<IndexCount> count(String tenant, Collection<DocumentId> documents);

    /// What was found.
    ///
    /// @param mode how it was searched
    /// @param position how far of `embeddings` the index had read
    record SearchResult(List<Hit> hits, Mode mode, Position position) {
        public SearchResult {
            hits = List.copyOf(hits);
        }
    }

    /// One passage found.
    ///
    /// @param score higher is better; comparable within one answer only
    record Hit(ChunkId chunk, Passage passage, double score) {}

    /// How much the index holds.
    record IndexCount(long chunks, long documents, Position position) {}

    /// How a search was done.
    enum Mode {
        /// By vector and by words, fused.
        HYBRID,
        /// By words alone, because no model was loaded yet.
        TEXT
    }
}
