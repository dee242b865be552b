package dev.millrace.gateway;

import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.Passage;
import dev.millrace.domain.search.SearchIndex;
import dev.millrace.domain.view.Position;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// An index that finds one passage, as often as the limit allows.
final class FakeIndex implements SearchIndex {

    static final DocumentId DOCUMENT = new DocumentId(new UUID(0x8000, 1));

    @Override
    public CompletionStage<SearchResult> search(String tenant, String text, int limit) {
        var hit =
                new Hit(
                        new ChunkId(DOCUMENT, 3),
                        new Passage("notes/mill.md", 10, 20, "found: " + text),
                        0.5);
        return CompletableFuture.completedStage(
                new SearchResult(
                        java.util.Collections.nCopies(limit, hit), Mode.HYBRID, Position.START));
    }

    @Override
    public CompletionStage<IndexCount> count(String tenant, Collection<DocumentId> documents) {
        return CompletableFuture.completedStage(
                new IndexCount(
                        12,
                        documents.isEmpty() ? 4 : List.copyOf(documents).size(),
                        Position.START));
    }
}
