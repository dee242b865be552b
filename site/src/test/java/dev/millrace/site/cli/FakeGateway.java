package dev.millrace.site.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.function.Function;

/// A gateway that answers as it is told, and remembers what it was asked.
final class FakeGateway implements AutoCloseable {

    private final HttpServer server;
    private final List<Asked> asked = new ArrayList<>();

    /// @param answers what to answer a request with
    FakeGateway(Function<Asked, Answer> answers) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> answer(exchange, answers));
        server.start();
    }

    URI address() {
        var address = server.getAddress();
        return URI.create("http://" + address.getHostString() + ":" + address.getPort());
    }

    ApiClient client() {
        return new ApiClient(address(), "token");
    }

    /// All requests so far.
    synchronized List<Asked> asked() {
        return List.copyOf(asked);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange, Function<Asked, Answer> answers) throws IOException {
        try (exchange) {
            var headers = exchange.getRequestHeaders();
            var request =
                    new Asked(
                            exchange.getRequestMethod(),
                            exchange.getRequestURI().toString(),
                            String.valueOf(headers.getFirst("Prefer")),
                            String.valueOf(headers.getFirst("Idempotency-Key")),
                            String.valueOf(headers.getFirst("Last-Event-ID")),
                            new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            Answer answer;
            synchronized (this) {
                asked.add(request);
                answer = answers.apply(request);
            }
            var bytes = answer.json.getBytes(UTF_8);
            answer.headers.forEach(exchange.getResponseHeaders()::set);
            int promised = bytes.length + (answer.breaksOff ? 1 : 0);
            exchange.sendResponseHeaders(answer.status, promised);
            exchange.getResponseBody().write(bytes);
            exchange.getResponseBody().flush();
        }
    }

    /// A request; a header that is absent is `null` as a text.
    record Asked(
            String method, String path, String prefer, String key, String lastId, String body) {

        JsonNode json() {
            try {
                return ApiClient.JSON.readTree(body);
            } catch (IOException notJson) {
                throw new AssertionError(body, notJson);
            }
        }
    }

    /// What is answered.
    ///
    /// @param breaksOff before all is sent that was promised
    record Answer(int status, String json, Map<String, String> headers, boolean breaksOff) {
        Answer(int status, String json) {
            this(status, json, Map.of(), false);
        }
    }
}
