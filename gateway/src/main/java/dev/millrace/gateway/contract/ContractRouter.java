package dev.millrace.gateway.contract;

import dev.millrace.gateway.access.AccessRule;
import dev.millrace.gateway.access.BearerTokens;
import dev.millrace.gateway.access.Perimeter;
import dev.millrace.gateway.access.Principal;
import dev.millrace.gateway.contract.Operation.Place;
import dev.millrace.gateway.contract.RequestReader.Raw;
import dev.millrace.gateway.problem.Failures;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Serves the contract: one route an operation, and one way through all of them.
///
/// ```
/// Host, Origin ──▶ token, roles ──▶ body, within bounds ──▶ shape ──▶ handler ──▶ answer
///      │                │                   │                 │          │
///      └────────────────┴───────────────────┴─────────────────┴──────────┴──────▶ problem
/// ```
///
/// Nothing of a body is read before the caller is known. Bodies are checked and handlers run on
/// threads of `executor`, all else on event loops, and so do handlers of calls that are quick.
public final class ContractRouter {

    private static final List<Integer> OWN_STATUSES_OF_THE_ROUTER =
            List.of(400, 404, 405, 406, 413, 414, 415, 431, 500, 501);

    private final Contract contract;
    private final Map<String, OperationHandler> handlers;
    private final Perimeter perimeter;
    private final BearerTokens tokens;
    private final Failures failures;
    private final Executor executor;
    private final BodyReader bodies;
    private final RequestReader requests;

    /// @param handlers by operation id: one for each, and no more
    /// @param maxBodyBytes the largest body taken
    /// @param bodyTimeout the longest wait for the whole of a body
    /// @throws IllegalStateException if an operation has no handler, or a handler no operation
    public ContractRouter(
            Contract contract,
            Map<String, OperationHandler> handlers,
            Perimeter perimeter,
            BearerTokens tokens,
            Failures failures,
            Executor executor,
            int maxBodyBytes,
            Duration bodyTimeout) {
        this.contract = contract;
        this.handlers = Map.copyOf(handlers);
        this.perimeter = perimeter;
        this.tokens = tokens;
        this.failures = failures;
        this.executor = executor;
        this.bodies = new BodyReader(maxBodyBytes, bodyTimeout);
        this.requests = new RequestReader(maxBodyBytes);
        var declared = new TreeSet<String>();
        contract.operations().forEach(operation -> declared.add(operation.id()));
        if (!declared.equals(this.handlers.keySet())) {
            throw new IllegalStateException(
                    "handlers: "
                            + new TreeSet<>(this.handlers.keySet())
                            + " (expected: "
                            + declared
                            + ")");
        }
    }

    /// Makes the router.
    public Router build(Vertx vertx) {
        var router = Router.router(vertx);
        router.route().handler(this::guard).failureHandler(this::answerFailure);
        for (var operation : contract.operations()) {
            var handler = handlers.get(operation.id());
            if (handler != null) {
                router.route(HttpMethod.valueOf(operation.method()), vertxPath(operation.path()))
                        .handler(exchange -> serve(exchange, operation, handler));
            }
        }
        router.route().handler(this::refuseUnknown);
        OWN_STATUSES_OF_THE_ROUTER.forEach(
                status -> router.errorHandler(status, this::answerFailure));
        return router;
    }

    private static String vertxPath(String path) {
        return path.replaceAll("\\{(\\w+)}", ":$1");
    }

    private void guard(RoutingContext exchange) {
        var request = exchange.request();
        var refusal =
                perimeter.refusal(
                        request.headers().getAll("Host"),
                        request.headers().getAll("Origin"),
                        request.localAddress().port());
        if (refusal != null) {
            exchange.fail(new ProblemException(refusal));
        } else {
            exchange.next();
        }
    }

    private void refuseUnknown(RoutingContext exchange) {
        if (principal(exchange) == null) {
            exchange.fail(new ProblemException(unauthenticated(exchange)));
            return;
        }
        var methods = contract.methods(path(exchange));
        exchange.fail(
                new ProblemException(
                        methods.isEmpty()
                                ? Problem.of(
                                        ProblemKind.NOT_FOUND,
                                        "nothing is here; /openapi.yaml lists what there is")
                                : Problem.of(
                                        ProblemKind.METHOD_NOT_ALLOWED,
                                        exchange.request().method()
                                                + " (expected: "
                                                + String.join(", ", methods)
                                                + ")",
                                        "Allow",
                                        String.join(", ", methods))));
    }

    private void serve(RoutingContext exchange, Operation operation, OperationHandler handler) {
        var principal = admitted(exchange, operation);
        if (operation.bodies().isEmpty()) {
            dispatch(exchange, operation, handler, principal, new Received.Nothing());
            return;
        }
        long reserved = bodies.reserve(exchange.request());
        var held = new AtomicLong(reserved);
        exchange.addEndHandler(_ -> bodies.release(held.getAndSet(0)));
        bodies.read(exchange.request(), operation, exchange.vertx())
                .onSuccess(body -> {
                    shrink(held, reserved, body.bytes());
                    dispatch(exchange, operation, handler, principal, body);
                })
                .onFailure(exchange::fail);
    }

    /// Gives back what a body did not need: an answer may wait for long, and others go on.
    private void shrink(AtomicLong held, long reserved, long needed) {
        if (needed < reserved && held.compareAndSet(reserved, needed)) {
            bodies.release(reserved - needed);
        }
    }

    /// Whoever calls, if they may.
    private @Nullable Principal admitted(RoutingContext exchange, Operation operation) {
        var principal = principal(exchange);
        return switch (operation.rule()) {
            case AccessRule.Public _ -> principal;
            case AccessRule.AnyOf rule -> {
                if (principal == null) {
                    throw new ProblemException(unauthenticated(exchange));
                }
                if (!rule.allows(principal)) {
                    var roles = rule.roles().stream().map(role -> role.wireName()).sorted();
                    throw new ProblemException(
                            Problem.of(
                                    ProblemKind.FORBIDDEN,
                                    "needs one of the roles " + String.join(", ", roles.toList())));
                }
                yield principal;
            }
        };
    }

    private @Nullable Principal principal(RoutingContext exchange) {
        return tokens.principal(exchange.request().getHeader("Authorization"));
    }

    private static Problem unauthenticated(RoutingContext exchange) {
        boolean tokenSent = exchange.request().headers().contains("Authorization");
        return Problem.of(
                ProblemKind.UNAUTHENTICATED,
                tokenSent
                        ? "the token stands for nobody (expected: Authorization: Bearer, and the"
                                + " content of the file token of the data folder)"
                        : "send the site's token as Authorization: Bearer …; it lies in the file"
                                + " token of the data folder",
                "WWW-Authenticate",
                tokenSent ? "Bearer error=\"invalid_token\"" : "Bearer");
    }

    private void dispatch(
            RoutingContext exchange,
            Operation operation,
            OperationHandler handler,
            @Nullable Principal principal,
            Received body) {
        try {
            var raw = raw(exchange, operation, principal, body);
            var eventLoop = exchange.vertx().getOrCreateContext();
            var over = new CompletableFuture<Void>();
            exchange.addEndHandler(_ -> over.complete(null));
            boolean isUpgrade = exchange.request().canUpgradeToWebSocket();
            if (isUpgrade) {
                exchange.request().pause(); // one that was read to its end cannot be upgraded
            }
            if (body instanceof Received.Nothing && !isUpgrade) {
                var call = requests.read(operation, raw);
                if (handler.isQuick(call)) {
                    run(exchange, eventLoop, handler, () -> call, over);
                } else {
                    executor.execute(() -> run(exchange, eventLoop, handler, () -> call, over));
                }
            } else {
                executor.execute(() ->
                        run(
                                exchange,
                                eventLoop,
                                handler,
                                () -> requests.read(operation, raw),
                                over));
            }
        } catch (RuntimeException undecodable) {
            // This may be a listener of the body's future, where nobody else would answer for it.
            exchange.fail(undecodable);
        }
    }

    private void run(
            RoutingContext exchange,
            Context eventLoop,
            OperationHandler handler,
            Supplier<Call> call,
            CompletableFuture<Void> over) {
        try {
            var answering = handler.handle(call.get());
            answering.whenComplete((answer, failure) ->
                    eventLoop.runOnContext(_ -> {
                        if (over.isDone()) {
                            return; // nobody is there any more
                        }
                        if (failure != null) {
                            exchange.fail(failure);
                        } else {
                            send(exchange, answer, over);
                        }
                    }));
            var _ = over.thenRun(() -> answering.toCompletableFuture().cancel(false));
        } catch (Throwable failure) {
            eventLoop.runOnContext(_ -> exchange.fail(failure));
        }
    }

    private static Raw raw(
            RoutingContext exchange,
            Operation operation,
            @Nullable Principal principal,
            Received body) {
        var request = exchange.request();
        var query = new LinkedHashMap<String, List<String>>();
        var parameters = exchange.queryParams();
        for (var parameter : parameters) {
            query.computeIfAbsent(parameter.getKey(), _ -> new ArrayList<>())
                    .add(parameter.getValue());
        }
        return new Raw(
                principal,
                path(exchange),
                Map.copyOf(exchange.pathParams()),
                query,
                headers(request, operation),
                body,
                wantsEvents(exchange));
    }

    /// Whether the caller would have a WebSocket, or a stream of events is named as what they would
    /// have, and JSON is not named before it (RFC 9110 §12.5.1).
    private static boolean wantsEvents(RoutingContext exchange) {
        if (exchange.request().canUpgradeToWebSocket()) {
            return true;
        }
        float events = 0;
        float json = 0;
        for (var accepted : exchange.parsedHeaders().accept()) {
            var type = accepted.component() + "/" + accepted.subComponent();
            if (type.equalsIgnoreCase("text/event-stream")) {
                events = Math.max(events, accepted.weight());
            } else if (type.equalsIgnoreCase("application/json")) {
                json = Math.max(json, accepted.weight());
            }
        }
        return events > 0 && events >= json;
    }

    private static Map<String, String> headers(HttpServerRequest request, Operation operation) {
        var headers = new HashMap<String, String>();
        for (var parameter : operation.parameters()) {
            if (parameter.place() == Place.HEADER && request.headers().contains(parameter.name())) {
                // Lines of the same name are one list (RFC 9110 §5.3).
                headers.put(
                        parameter.name(),
                        String.join(", ", request.headers().getAll(parameter.name())));
            }
        }
        return headers;
    }

    /// The path as it was sent; empty for the forms of a request that have none.
    private static String path(RoutingContext exchange) {
        var path = exchange.request().path();
        return path == null ? "" : path;
    }

    private static void send(RoutingContext exchange, Answer answer, CompletableFuture<Void> over) {
        var stream = answer.stream();
        if (stream == null) {
            write(exchange, answer.status(), answer.mediaType(), answer.headers(), answer.body());
        } else if (stream instanceof SocketStream sockets
                && exchange.request().canUpgradeToWebSocket()) {
            upgrade(exchange, sockets);
        } else if (!exchange.response().headWritten() && !exchange.response().closed()) {
            var response =
                    head(exchange, answer.status(), answer.mediaType(), answer.headers())
                            .setChunked(true);
            try {
                stream.start(response, over.copy());
            } catch (RuntimeException refused) {
                if (response.headWritten()) {
                    throw refused;
                }
                answer.headers().keySet().forEach(response.headers()::remove);
                response.setChunked(false);
                exchange.fail(refused);
            }
        }
    }

    private static void upgrade(RoutingContext exchange, SocketStream stream) {
        exchange.request()
                .toWebSocket()
                .onFailure(exchange::fail)
                .onSuccess(socket -> {
                    var over = new CompletableFuture<Void>();
                    socket.exceptionHandler(_ -> {}) // it is closed then
                            .closeHandler(_ -> over.complete(null));
                    stream.start(socket, over);
                });
    }

    /// The one place where errors become answers.
    private void answerFailure(RoutingContext exchange) {
        var problem = problem(exchange);
        write(
                exchange,
                problem.kind().status(),
                Problem.MEDIA_TYPE,
                problem.headers(),
                Buffer.buffer(problem.toJson(path(exchange))));
        bodies.drain(exchange.request(), exchange.vertx());
    }

    private Problem problem(RoutingContext exchange) {
        var failure = exchange.failure();
        if (failure instanceof VertxException && exchange.statusCode() == 400) {
            return Problem.of(
                    ProblemKind.MALFORMED_REQUEST,
                    "the Host header is missing or none (expected: this gateway's host:port)");
        }
        if (failure != null && !(failure instanceof HttpException)) {
            return failures.problem(failure, exchange.request().method() + " " + path(exchange));
        }
        return switch (exchange.statusCode()) {
            case 404 ->
                    Problem.of(
                            ProblemKind.NOT_FOUND,
                            "nothing is here; /openapi.yaml lists what there is");
            case 413 -> Problem.of(ProblemKind.TOO_LARGE, "the request is too large; split it");
            default ->
                    Problem.of(
                            ProblemKind.MALFORMED_REQUEST,
                            "the address of the request cannot be decoded (expected: UTF-8,"
                                    + " percent-encoded)");
        };
    }

    private static void write(
            RoutingContext exchange,
            int status,
            String mediaType,
            Map<String, String> headers,
            Buffer body) {
        var response = exchange.response();
        if (response.headWritten() || response.closed()) {
            return;
        }
        var _ = head(exchange, status, mediaType, headers).end(body);
    }

    private static HttpServerResponse head(
            RoutingContext exchange, int status, String mediaType, Map<String, String> headers) {
        if (exchange.request().canUpgradeToWebSocket()) {
            exchange.request().resume(); // it is not upgraded, after all
        }
        var response =
                exchange.response()
                        .setStatusCode(status)
                        .putHeader("Cache-Control", "no-store")
                        .putHeader("X-Content-Type-Options", "nosniff");
        if (!mediaType.isEmpty()) {
            response.putHeader("Content-Type", mediaType);
        }
        headers.forEach(response::putHeader);
        return response;
    }
}
