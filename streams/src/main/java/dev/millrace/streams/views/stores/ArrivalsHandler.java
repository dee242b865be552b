package dev.millrace.streams.views.stores;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpHandler;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.schemas.client.Causes;
import dev.millrace.schemas.query.QueryHandler;
import dev.millrace.schemas.query.QueryPaths;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.streams.errors.InvalidStateStoreException;

/// Tells other instances of the views when this one has folded as far as a position, or that it has
/// not within [#LONGEST]; what it does not hold just now, it refuses with 503.
public final class ArrivalsHandler {

    /// Shorter than an instance waits for an answer.
    private static final Duration LONGEST = Duration.ofSeconds(3);

    private static final int MOST_AT_ONCE = 1024;
    private static final byte[] REACHED = {1};
    private static final byte[] NOT_YET = {0};

    private ArrivalsHandler() {}

    /// A handler to be mounted at [QueryPaths#ARRIVALS].
    ///
    /// @param local what this instance holds; fails for what it does not
    public static HttpHandler of(ViewStores local) {
        return new QueryHandler(
                "application/octet-stream",
                MOST_AT_ONCE,
                Map.of(
                        "POST " + QueryPaths.AWAIT,
                        question -> await(local, Position.parse(new String(question, UTF_8)))));
    }

    static boolean isReached(byte[] answer) {
        return answer.length == 1 && answer[0] == REACHED[0];
    }

    private static CompletionStage<byte[]> await(ViewStores local, Position after) {
        return local.reached(after)
                .orTimeout(LONGEST.toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(_ -> REACHED)
                .exceptionallyCompose(ArrivalsHandler::otherwise);
    }

    private static CompletionStage<byte[]> otherwise(Throwable failure) {
        var cause = Causes.ofStage(failure);
        return switch (cause) {
            case TimeoutException _ -> CompletableFuture.completedFuture(NOT_YET);
            case InvalidStateStoreException _ ->
                    CompletableFuture.failedFuture(
                            new ViewUnavailable("", "a partition is not held here"));
            default -> CompletableFuture.failedFuture(cause);
        };
    }
}
