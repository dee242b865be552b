package dev.millrace.gateway.remote;

import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.search.ModelNotReady;
import dev.millrace.domain.search.SearchIndex;
import dev.millrace.domain.search.SearchUnavailable;
import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.schemas.query.QueryError;
import dev.millrace.schemas.query.QueryPaths;
import dev.millrace.schemas.query.SearchJson;
import dev.millrace.schemas.query.SearchJson.CountQuery;
import dev.millrace.schemas.query.SearchJson.SearchQuery;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/// The search index, asked of the processes that keep one.
///
/// A question that none of them can answer just now fails with [SearchUnavailable], or as the index
/// itself would.
public final class HttpSearchIndex implements SearchIndex, AutoCloseable {

    private final Remote remote;

    public HttpSearchIndex(RemoteConfig config) {
        this.remote = new Remote(config);
    }

    @Override
    public CompletionStage<SearchResult> search(String tenant, String text, int limit) {
        var question = SearchJson.write(new SearchQuery(tenant, text, limit));
        return ask(QueryPaths.FIND, question, SearchJson::readResult);
    }

    @Override
    public CompletionStage<IndexCount> count(String tenant, Collection<DocumentId> documents) {
        var question = SearchJson.write(CountQuery.of(tenant, documents));
        return ask(QueryPaths.COUNT, question, SearchJson::readIndexCount);
    }

    /// Ends the questions under way.
    @Override
    public void close() {
        remote.close();
    }

    private <T> CompletionStage<T> ask(String path, byte[] question, Function<byte[], T> reading) {
        return remote.ask(QueryPaths.SEARCH + path, question, reading)
                .thenCompose(asked ->
                        switch (asked) {
                            case Asked.Answered<T>(var answer) ->
                                    CompletableFuture.completedFuture(answer);
                            case Asked.Refused<T>(var error) ->
                                    CompletableFuture.failedFuture(failure(error));
                            case Asked.Silent<T> _ ->
                                    CompletableFuture.failedFuture(
                                            new SearchUnavailable(
                                                    "no process that keeps an index answers"));
                            case Asked.TooMany<T>(int most) ->
                                    CompletableFuture.failedFuture(
                                            new RemoteBusy(
                                                    "search: "
                                                            + most
                                                            + " searches are under way already"));
                        });
    }

    private static Exception failure(QueryError error) {
        return switch (error.kind()) {
            case INVALID -> new InvalidQuery(error.detail());
            case MODEL_NOT_READY -> new ModelNotReady(error.detail());
            case BUSY -> new RemoteBusy(error.detail());
            case NOT_FOUND, TOO_LARGE, INTERNAL, UNKNOWN_VIEW, VIEW_UNAVAILABLE, VIEW_BEHIND ->
                    new IllegalStateException("the search index answered: " + error);
        };
    }
}
