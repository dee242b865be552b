package dev.millrace.streams.views.generation;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.millrace.schemas.query.QueryError;
import dev.millrace.schemas.query.QueryHandler;
import dev.millrace.schemas.query.QueryPaths;
import dev.millrace.streams.views.RunningViews;
import java.io.IOException;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Hands a question of another instance to the generation that it names; to one that does not run
/// here it is refused with 503, as if the instance were not there.
final class ByGeneration implements HttpHandler {

    private static final int FIRST = 1;

    private final IntFunction<@Nullable RunningViews> running;
    private final Function<RunningViews, HttpHandler> handler;

    /// @param running the generations that run here
    ByGeneration(
            IntFunction<@Nullable RunningViews> running,
            Function<RunningViews, HttpHandler> handler) {
        this.running = running;
        this.handler = handler;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        var named = exchange.getRequestHeaders().getFirst(QueryPaths.GENERATION);
        int generation;
        try {
            generation = named == null ? FIRST : Integer.parseInt(named);
        } catch (NumberFormatException malformed) {
            refuse(exchange, QueryError.Kind.INVALID, named + " (expected: a number)");
            return;
        }
        var asked = running.apply(generation);
        if (asked == null) {
            refuse(exchange, QueryError.Kind.VIEW_UNAVAILABLE, generation + " does not run here");
        } else {
            handler.apply(asked).handle(exchange);
        }
    }

    private static void refuse(HttpExchange exchange, QueryError.Kind kind, String why)
            throws IOException {
        try (exchange) {
            QueryHandler.refuse(exchange, new QueryError(kind, "generation: " + why));
        }
    }
}
