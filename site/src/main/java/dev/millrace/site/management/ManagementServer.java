package dev.millrace.site.management;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.gateway.status.Readiness;
import dev.millrace.schemas.query.QueryError;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/// The HTTP server of one process for those who watch it, and for the site's other processes.
///
/// | path | answer |
/// |---|---|
/// | `/health` | 200 unless a part has failed: what decides whether to start the process again |
/// | `/ready` | 200 once all its parts are ready, else 503 with `Retry-After` |
/// | `/metrics` | Prometheus' text format |
/// | `/internal/…` | the site's other processes, by their common secret; 401 to all others; 503 until the part has begun that answers |
///
/// The first three ask nobody who they are and tell no content. Safe for use by many threads.
public final class ManagementServer implements AutoCloseable {

    private static final int BACKLOG = 64;
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int NOT_ALLOWED = 405;
    private static final int UNAVAILABLE = 503;
    private static final Readiness STARTING = new Readiness(false, List.of());

    private final HttpServer server;
    private final ExecutorService threads;
    private final String host;
    private final SiteSecret secret;
    private volatile Supplier<Readiness> readiness = () -> STARTING;

    private ManagementServer(
            HttpServer server, ExecutorService threads, String host, SiteSecret secret) {
        this.server = server;
        this.threads = threads;
        this.host = host;
        this.secret = secret;
    }

    /// Listens; says of itself that it is starting until [#ready].
    ///
    /// @param host the address to bind
    /// @param port 0 asks the system for a free one
    /// @param secret what the site's other processes prove themselves with
    /// @throws IOException if the port cannot be had
    public static ManagementServer start(String host, int port, Metrics metrics, SiteSecret secret)
            throws IOException {
        try {
            var server = HttpServer.create(new InetSocketAddress(host, port), BACKLOG);
            var threads =
                    Executors.newThreadPerTaskExecutor(
                            Thread.ofVirtual().name("management-", 0).factory());
            server.setExecutor(threads);
            var management = new ManagementServer(server, threads, host, secret);
            server.createContext("/", exchange -> answer(exchange, NOT_FOUND, TEXT, "not found\n"));
            management.internal(INTERNAL, ManagementServer::notYet);
            management.serve("/health", management::health);
            management.serve("/ready", management::ready);
            management.serve(
                    "/metrics",
                    exchange -> answer(exchange, OK, Metrics.MEDIA_TYPE, metrics.scrape()));
            server.start();
            return management;
        } catch (BindException taken) {
            throw new IOException(
                    "management.port: cannot listen on %s:%d: %s (expected: a free port, or 0)"
                            .formatted(host, port, taken.getMessage()),
                    taken);
        }
    }

    private static final String INTERNAL = "/internal/";
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String JSON = "application/json";

    /// From now on it says what the parts say.
    ///
    /// @param readiness of the process; must not block
    public void ready(Supplier<Readiness> readiness) {
        this.readiness = readiness;
    }

    /// Answers the site's other processes under a path, which begins with `/internal/`.
    public void internal(String path, HttpHandler handler) {
        server.createContext(path, secret.guarding(handler));
    }

    /// Answers what no part answers yet, or none will: another process is to be asked meanwhile.
    private static void notYet(HttpExchange exchange) throws IOException {
        var error =
                new QueryError(QueryError.Kind.BUSY, "no part of this process answers here yet");
        exchange.getResponseHeaders().set("Retry-After", "1");
        answer(exchange, UNAVAILABLE, JSON, new String(error.write(), StandardCharsets.UTF_8));
    }

    /// Where a client on this machine reaches it.
    public URI uri() {
        var reached =
                switch (host) {
                    case "0.0.0.0", "::" -> "127.0.0.1";
                    default -> host.contains(":") ? "[" + host + "]" : host;
                };
        return URI.create("http://" + reached + ":" + port());
    }

    /// The TCP port that it listens on.
    public int port() {
        return server.getAddress().getPort();
    }

    /// Stops at once.
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void serve(String path, HttpHandler handler) {
        server.createContext(
                path,
                exchange -> {
                    if (!exchange.getRequestURI().getPath().equals(path)) {
                        answer(exchange, NOT_FOUND, TEXT, "not found\n");
                    } else if (!"GET".equals(exchange.getRequestMethod())) {
                        exchange.getResponseHeaders().set("Allow", "GET");
                        answer(exchange, NOT_ALLOWED, TEXT, "only GET\n");
                    } else {
                        handler.handle(exchange);
                    }
                });
    }

    private void health(HttpExchange exchange) throws IOException {
        var now = readiness.get();
        boolean hasFailed =
                now.parts().stream().anyMatch(part -> part.state() == Readiness.State.FAILED);
        answer(exchange, hasFailed ? UNAVAILABLE : OK, JSON, json(now));
    }

    private void ready(HttpExchange exchange) throws IOException {
        var now = readiness.get();
        if (!now.ready()) {
            exchange.getResponseHeaders().set("Retry-After", "1");
        }
        answer(exchange, now.ready() ? OK : UNAVAILABLE, JSON, json(now));
    }

    private static String json(Readiness now) {
        var body = JsonNodeFactory.instance.objectNode();
        body.put("status", now.ready() ? "ready" : "not_ready");
        var parts = body.putArray("parts");
        now.parts()
                .forEach(part ->
                        parts.addObject()
                                .put("name", part.name())
                                .put("state", part.state().name().toLowerCase(Locale.ROOT))
                                .put("detail", part.detail()));
        return body + "\n";
    }

    private static void answer(HttpExchange exchange, int status, String mediaType, String text)
            throws IOException {
        try (exchange) {
            var body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", mediaType);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
