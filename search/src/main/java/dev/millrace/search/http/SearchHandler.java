package dev.millrace.search.http;

import com.sun.net.httpserver.HttpHandler;
import dev.millrace.domain.search.SearchIndex;
import dev.millrace.schemas.query.QueryHandler;
import dev.millrace.schemas.query.QueryPaths;
import dev.millrace.schemas.query.SearchJson;
import java.util.Map;

/// Serves the port [SearchIndex] to other processes of the site.
public final class SearchHandler {

    /* More than the index lets wait, so that it is the index that says it is busy. */
    private static final int MOST_AT_ONCE = 272;

    private SearchHandler() {}

    /// A handler to be mounted at [QueryPaths#SEARCH]; it does not authenticate.
    public static HttpHandler of(SearchIndex index) {
        return QueryHandler.json(
                MOST_AT_ONCE,
                Map.of(
                        "POST " + QueryPaths.FIND,
                        question -> {
                            var query = SearchJson.readSearch(question);
                            return index.search(query.tenant(), query.text(), query.limit())
                                    .thenApply(SearchJson::write);
                        },
                        "POST " + QueryPaths.COUNT,
                        question -> {
                            var query = SearchJson.readCount(question);
                            return index.count(query.tenant(), query.documents())
                                    .thenApply(SearchJson::write);
                        }));
    }
}
