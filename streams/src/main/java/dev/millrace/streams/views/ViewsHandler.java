package dev.millrace.streams.views;

import com.sun.net.httpserver.HttpHandler;
import dev.millrace.domain.view.Views;
import dev.millrace.schemas.query.QueryHandler;
import dev.millrace.schemas.query.QueryPaths;
import dev.millrace.schemas.query.ViewsJson;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// Serves the port [Views] to other processes of the site.
public final class ViewsHandler {

    /* As many as may be read and wait for that, and a few to be told that it is too many. */
    private static final int MOST_AT_ONCE =
            Readers.MOST_WAITING + KafkaStreamsViews.MOST_BEHIND + 16;

    private ViewsHandler() {}

    /// A handler to be mounted at [QueryPaths#VIEWS]; it does not authenticate.
    public static HttpHandler of(Views views) {
        return QueryHandler.json(
                MOST_AT_ONCE,
                Map.of(
                        "GET ",
                        _ -> CompletableFuture.completedStage(ViewsJson.write(views.describe())),
                        "POST " + QueryPaths.LIST,
                        question ->
                                views.list(ViewsJson.readQuery(question))
                                        .thenApply(ViewsJson::write),
                        "POST " + QueryPaths.GET,
                        question ->
                                views.get(ViewsJson.readRowQuery(question))
                                        .thenApply(ViewsJson::write)));
    }
}
