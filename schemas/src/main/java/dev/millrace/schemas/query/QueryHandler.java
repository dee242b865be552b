package dev.millrace.schemas.query;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.millrace.schemas.query.QueryError.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers the questions of other processes over HTTP; errors are [QueryError]s.
///
/// It does not authenticate: whoever mounts it puts a filter before it. A request blocks its own
/// thread until it is answered, for at most [#LONGEST_ANSWER], so the server should have one for
/// each (virtual ones will do); at most as many as told are under way, one more is refused as busy.
/// A question is under way once all of it was read: a slow sender takes nobody's place, and how
/// many send, and for how long, is the server's to bound. Safe for use by many threads.
public final class QueryHandler implements HttpHandler {

    /// The largest question.
    public static final int MAX_BODY_BYTES = 1 << 20;

    /// The longest wait for an answer.
    public static final Duration LONGEST_ANSWER = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(QueryHandler.class);

    private final String type;
    private final Map<String, Route> routes;
    private final int most;
    private final Semaphore places;

    /// @param type content type of the answers
    /// @param most questions under way at once
    /// @param routes by method and path below where it is mounted, for instance `POST /list`
    public QueryHandler(String type, int most, Map<String, Route> routes) {
        this.type = type;
        this.routes = Map.copyOf(routes);
        this.most = most;
        this.places = new Semaphore(most);
    }

    /// Answers JSON.
    public static QueryHandler json(int most, Map<String, Route> routes) {
        return new QueryHandler("application/json", most, routes);
    }

    /// Answers one kind of question.
    @FunctionalInterface
    public interface Route {
        /// The answer to a question.
        ///
        /// @throws IllegalArgumentException if it is none
        CompletionStage<byte[]> answer(byte[] question);
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            read(exchange);
        }
    }

    private void read(HttpExchange exchange) throws IOException {
        var mounted = exchange.getHttpContext().getPath();
        var path = exchange.getRequestURI().getPath().substring(mounted.length());
        var route = routes.get(exchange.getRequestMethod() + " " + path);
        if (route == null) {
            refuse(exchange, new QueryError(Kind.NOT_FOUND, "path: " + path));
            return;
        }
        var question = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
        if (question.length > MAX_BODY_BYTES) {
            refuse(
                    exchange,
                    new QueryError(
                            Kind.TOO_LARGE,
                            "body: over 1 MiB (expected: at most " + MAX_BODY_BYTES + " bytes)"));
            return;
        }
        if (!places.tryAcquire()) {
            refuse(exchange, new QueryError(Kind.BUSY, most + " questions are under way"));
            return;
        }
        try {
            answer(exchange, route, path, question);
        } finally {
            places.release();
        }
    }

    private void answer(HttpExchange exchange, Route route, String path, byte[] question)
            throws IOException {
        CompletionStage<byte[]> answering;
        try {
            answering = route.answer(question);
        } catch (IllegalArgumentException malformed) {
            refuse(exchange, new QueryError(Kind.INVALID, String.valueOf(malformed.getMessage())));
            return;
        } catch (RuntimeException failure) { // the top of this thread
            refuse(exchange, logged(failure, path));
            return;
        }
        byte[] answer;
        try {
            answer =
                    answering
                            .toCompletableFuture()
                            .get(LONGEST_ANSWER.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            refuse(exchange, new QueryError(Kind.BUSY, "the process is stopping"));
            return;
        } catch (TimeoutException late) {
            refuse(exchange, new QueryError(Kind.BUSY, "no answer within " + LONGEST_ANSWER));
            return;
        } catch (ExecutionException | RuntimeException failure) { // the top of this thread
            refuse(exchange, logged(failure, path));
            return;
        }
        send(exchange, 200, type, answer);
    }

    private static QueryError logged(Exception failure, String path) {
        var error = QueryError.of(failure);
        if (error.kind() == Kind.INTERNAL) {
            LOG.atError()
                    .setMessage("A question of another process failed")
                    .addKeyValue("path", path)
                    .setCause(failure)
                    .log();
        }
        return error;
    }

    /// Answers with an error.
    public static void refuse(HttpExchange exchange, QueryError error) throws IOException {
        if (error.kind().status() == 503) {
            exchange.getResponseHeaders().set("Retry-After", "1");
        }
        send(exchange, error.kind().status(), "application/json", error.write());
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body)
            throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }
}
