package dev.millrace.schemas.registry.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.millrace.schemas.registry.RegistryUnavailable;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries [RegistryRoutes] over HTTP.
///
/// | status | when, besides Confluent's own answers |
/// |---|---|
/// | 400 | the body is not JSON |
/// | 413 | the body is over [#MAX_BODY_BYTES] |
/// | 415 | the body is not declared as JSON, as from a web page's form |
/// | 421 | the `Host` is not a name of this machine, as from a web page that rebinds its own |
/// | 503 | Kafka is away, or [#MAX_REQUESTS] are under way; `Retry-After` says when to come back |
///
/// Safe for use by many threads; a request blocks its own.
final class RegistryHttp implements HttpHandler {

    static final int MAX_BODY_BYTES = 1024 * 1024;
    static final int MAX_REQUESTS = 64;

    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final Set<String> ACCEPTED_TYPES =
            Set.of(
                    CONTENT_TYPE,
                    "application/vnd.schemaregistry+json",
                    "application/json",
                    "application/octet-stream");
    private static final Set<String> LOOPBACK_HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");
    // How much of an oversized body is read away, so that its sender sees the refusal.
    private static final int MAX_DRAINED_BYTES = 8 * MAX_BODY_BYTES;
    private static final int RETRY_AFTER_SECONDS = 1;
    private static final int AWAY_CODE = 50002;
    private static final int BROKEN_CODE = 50001;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Logger LOG = LoggerFactory.getLogger(RegistryHttp.class);

    private final RegistryRoutes routes;
    private final String ownHost;
    private final RegistryMeters meters;
    private final Semaphore places = new Semaphore(MAX_REQUESTS);

    /// @param host the loopback name it listens under, besides the usual ones
    RegistryHttp(RegistryRoutes routes, String host, RegistryMeters meters) {
        this.routes = routes;
        this.meters = meters;
        this.ownHost = host.toLowerCase(Locale.ROOT);
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        long began = System.nanoTime();
        try (exchange) {
            var reply = reply(exchange);
            meters.noteRequest(operation(exchange), reply.status(), System.nanoTime() - began);
            send(exchange, reply);
        }
    }

    /// The parts of a path between slashes, decoded; none for `/`.
    static List<String> segments(String rawPath) {
        return Stream.of(rawPath.split("/"))
                .filter(segment -> !segment.isEmpty())
                .map(segment -> segment.replace("+", "%2B"))
                .map(RegistryHttp::decoded)
                .toList();
    }

    /// A text that is known to be JSON.
    static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a stored schema is JSON", impossible);
        }
    }

    private Reply reply(HttpExchange exchange) throws IOException {
        try {
            requireHost(exchange);
            var request =
                    new RegistryRoutes.Request(
                            exchange.getRequestMethod(),
                            segments(exchange.getRequestURI().getRawPath()),
                            query(exchange.getRequestURI().getRawQuery()),
                            body(exchange));
            return answer(request);
        } catch (RegistryFault fault) {
            return error(fault.status(), fault.code(), message(fault));
        } catch (RegistryUnavailable unavailable) {
            return away(message(unavailable));
        } catch (IllegalArgumentException malformed) {
            return error(400, 400, message(malformed));
        } catch (RuntimeException broken) { // the top of this request's thread
            LOG.atError()
                    .setMessage("a request to the schema registry failed")
                    .setCause(broken)
                    .log();
            return error(500, BROKEN_CODE, "Error in the schema registry; its log says more");
        }
    }

    private String operation(HttpExchange exchange) {
        return routes.operation(
                exchange.getRequestMethod(), segments(exchange.getRequestURI().getRawPath()));
    }

    /// A request has its place once all of it was read, so a slow sender takes nobody's.
    private Reply answer(RegistryRoutes.Request request) throws RegistryFault, RegistryUnavailable {
        if (!places.tryAcquire()) {
            return away(MAX_REQUESTS + " requests are under way");
        }
        try {
            return new Reply(200, routes.answer(request));
        } finally {
            places.release();
        }
    }

    private void requireHost(HttpExchange exchange) throws RegistryFault {
        var host = exchange.getRequestHeaders().getFirst("Host");
        if (host == null) {
            return;
        }
        int port = host.lastIndexOf(':');
        var name = port > host.lastIndexOf(']') ? host.substring(0, port) : host;
        var lower = name.toLowerCase(Locale.ROOT);
        if (!LOOPBACK_HOSTS.contains(lower) && !lower.equals(ownHost)) {
            throw RegistryFault.http(421, "host: " + name + " (expected: a name of this machine)");
        }
    }

    private static @Nullable ObjectNode body(HttpExchange exchange)
            throws IOException, RegistryFault {
        var source = exchange.getRequestBody();
        var bytes = source.readNBytes(MAX_BODY_BYTES + 1);
        if (bytes.length > MAX_BODY_BYTES) {
            source.skip(MAX_DRAINED_BYTES);
            throw RegistryFault.http(
                    413, "body: over 1 MiB (expected: at most " + MAX_BODY_BYTES + " bytes)");
        }
        if (bytes.length == 0) {
            return null;
        }
        requireJson(exchange.getRequestHeaders().getFirst("Content-Type"));
        try {
            return JSON.readTree(bytes) instanceof ObjectNode object ? object : null;
        } catch (JsonProcessingException malformed) {
            return null;
        }
    }

    private static void requireJson(@Nullable String contentType) throws RegistryFault {
        var type = contentType == null ? "" : contentType.split(";", 2)[0].strip();
        if (!ACCEPTED_TYPES.contains(type.toLowerCase(Locale.ROOT))) {
            throw RegistryFault.http(
                    415, "content type: " + type + " (expected: " + CONTENT_TYPE + ")");
        }
    }

    private static Map<String, String> query(@Nullable String rawQuery) {
        var query = new HashMap<String, String>();
        for (var pair : rawQuery == null ? new String[0] : rawQuery.split("&")) {
            int equals = pair.indexOf('=');
            var name = equals < 0 ? pair : pair.substring(0, equals);
            var value = equals < 0 ? "" : pair.substring(equals + 1);
            query.putIfAbsent(decoded(name), decoded(value));
        }
        return query;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static String message(Exception cause) {
        return String.valueOf(cause.getMessage());
    }

    private static Reply away(String message) {
        return error(503, AWAY_CODE, message);
    }

    private static Reply error(int status, int code, String message) {
        return new Reply(
                status, JSON.createObjectNode().put("error_code", code).put("message", message));
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
        var bytes = JSON.writeValueAsBytes(reply.body());
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", CONTENT_TYPE);
        if (reply.status() == 503) {
            headers.set("Retry-After", Integer.toString(RETRY_AFTER_SECONDS));
        }
        boolean isHead = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(reply.status(), isHead ? -1 : bytes.length);
        if (!isHead) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private record Reply(int status, JsonNode body) {}
}
