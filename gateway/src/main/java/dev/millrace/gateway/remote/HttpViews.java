package dev.millrace.gateway.remote;

import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.UnknownView;
import dev.millrace.domain.view.ViewBehind;
import dev.millrace.domain.view.ViewCatalogue;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.domain.view.Views;
import dev.millrace.schemas.query.QueryError;
import dev.millrace.schemas.query.QueryPaths;
import dev.millrace.schemas.query.ViewsJson;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/// The views, read from the processes that fold them.
///
/// A question that none of them can answer just now fails with [ViewUnavailable], as a view does
/// that is being restored.
public final class HttpViews implements Views, AutoCloseable {

    private final Remote remote;
    /* Of its own, so that those who wait for a view do not keep others from it. */
    private final Remote waiting;

    public HttpViews(RemoteConfig config) {
        this.remote = new Remote(config);
        this.waiting = new Remote(config);
    }

    @Override
    public List<ViewDescription> describe() {
        return ViewCatalogue.all();
    }

    @Override
    public CompletionStage<ViewPage> list(ViewQuery query) {
        return ask(
                query.after(),
                query.view(),
                QueryPaths.LIST,
                ViewsJson.write(query),
                ViewsJson::readPage);
    }

    @Override
    public CompletionStage<ViewRow> get(RowQuery query) {
        return ask(
                query.after(),
                query.view(),
                QueryPaths.GET,
                ViewsJson.write(query),
                ViewsJson::readRow);
    }

    /// Ends the questions under way.
    @Override
    public void close() {
        remote.close();
        waiting.close();
    }

    private <T> CompletionStage<T> ask(
            Position after,
            String view,
            String path,
            byte[] question,
            Function<byte[], T> reading) {
        return (after.offsets().isEmpty() ? remote : waiting)
                .ask(QueryPaths.VIEWS + path, question, reading)
                .thenCompose(asked ->
                        switch (asked) {
                            case Asked.Answered<T>(var answer) ->
                                    CompletableFuture.completedFuture(answer);
                            case Asked.Refused<T>(var error) ->
                                    CompletableFuture.failedFuture(failure(view, error));
                            case Asked.Silent<T> _ ->
                                    CompletableFuture.failedFuture(
                                            new ViewUnavailable(
                                                    view, "no process that folds it answers"));
                            case Asked.TooMany<T>(int most) ->
                                    CompletableFuture.failedFuture(
                                            new ViewUnavailable(
                                                    view, most + " reads are under way already"));
                        });
    }

    private static Exception failure(String view, QueryError error) {
        return switch (error.kind()) {
            case UNKNOWN_VIEW -> new UnknownView(view, ViewCatalogue.names());
            case INVALID -> new InvalidQuery(error.detail());
            case VIEW_BEHIND -> new ViewBehind(view, Position.parse(error.detail()));
            case VIEW_UNAVAILABLE, BUSY -> new ViewUnavailable(view, error.detail());
            case NOT_FOUND, TOO_LARGE, INTERNAL, MODEL_NOT_READY ->
                    new IllegalStateException("the views answered: " + error);
        };
    }
}
