package dev.millrace.bench.site;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.bench.text.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Speaks to a gateway without waiting for the answers. Asks nothing twice.
///
/// Safe for use by many threads.
public final class GatewayClient implements AutoCloseable {

    public static final ObjectMapper JSON = JsonMapper.builder().build();

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(TIMEOUT)
                    .build();
    private final URI gateway;
    private final String token;

    public GatewayClient(URI gateway, String token) {
        this.gateway = gateway;
        this.token = token;
    }

    /// Where it speaks to.
    public URI gateway() {
        return gateway;
    }

    /// The header that says who speaks: a whole line without its end.
    public String authorization() {
        return "Authorization: Bearer " + token;
    }

    /// Publishes a document.
    public CompletableFuture<HttpResponse<String>> submit(Text text) {
        var body = JSON.createObjectNode();
        body.put("name", text.name());
        body.put("media_type", text.mediaType());
        body.put("text", text.body());
        return post("/v1/documents", body);
    }

    /// Searches for a text.
    public CompletableFuture<HttpResponse<String>> search(String text) {
        return post("/v1/search", JSON.createObjectNode().put("text", text));
    }

    /// Submits a task.
    public CompletableFuture<HttpResponse<String>> submitTask(JsonNode task) {
        return post("/v1/tasks", task);
    }

    /// Submits a task, and waits for its end.
    ///
    /// @param seconds 1 to 60; then the answer is that of a task under way
    public CompletableFuture<HttpResponse<String>> submitAndWait(JsonNode task, int seconds) {
        return send(waiting("/v1/tasks", seconds), task);
    }

    /// Submits many tasks.
    public CompletableFuture<HttpResponse<String>> submitBatch(JsonNode batch) {
        return post("/v1/tasks/batch", batch);
    }

    /// Waits for the end of a task, and shows it.
    ///
    /// @param seconds 1 to 60; then it is shown as it is
    public CompletableFuture<HttpResponse<String>> awaitTask(String task, int seconds) {
        return http.sendAsync(
                waiting("/v1/tasks/" + task, seconds).GET().build(), BodyHandlers.ofString());
    }

    /// Ends a task.
    public CompletableFuture<HttpResponse<String>> cancelTask(String task) {
        return post("/v1/tasks/" + task + "/cancel", JSON.createObjectNode());
    }

    /// Begins to make a view again.
    ///
    /// @param until the position to read to
    public CompletableFuture<HttpResponse<String>> startReplay(String view, String until) {
        return post("/v1/replays", JSON.createObjectNode().put("view", view).put("until", until));
    }

    public CompletableFuture<HttpResponse<String>> get(String path) {
        return http.sendAsync(request(path).GET().build(), BodyHandlers.ofString());
    }

    /// How many chunks of some documents a search can find now.
    ///
    /// @param documents ids, at most 1,000; none for all documents
    public long searchable(Collection<String> documents) throws IOException {
        var body = JSON.createObjectNode();
        if (!documents.isEmpty()) {
            documents.forEach(body.putArray("documents")::add);
        }
        return answer(post("/v1/search/count", body)).path("chunks").asLong();
    }

    /// How many tasks of a kind are in a state, as far as the views have read.
    public long tasks(String kind, String state) throws IOException {
        for (var row : answer(get("/v1/views/task-counts?limit=500")).path("items")) {
            if (row.path("kind").asText().equals(kind)
                    && row.path("state").asText().equals(state)) {
                return row.path("count").asLong();
            }
        }
        return 0;
    }

    /// Whether a part of the site says that it is ready.
    public boolean isReady(String part) throws IOException {
        for (var one : answer(get("/health")).path("parts")) {
            if (one.path("name").asText().equals(part)) {
                return one.path("state").asText().equals("ready");
            }
        }
        return false;
    }

    /// Waits for an answer and reads it.
    ///
    /// @throws IOException if there is none, or it is not a good one
    public static JsonNode answer(CompletableFuture<HttpResponse<String>> call) throws IOException {
        try {
            return read(call.join());
        } catch (CompletionException failed) {
            throw new IOException(failed.getCause());
        } catch (UncheckedIOException bad) {
            throw bad.getCause();
        }
    }

    /// Reads a good answer.
    public static JsonNode read(HttpResponse<String> response) {
        if (response.statusCode() >= 300) {
            throw new UncheckedIOException(
                    new IOException(response.uri() + ": " + response.statusCode()));
        }
        try {
            return JSON.readTree(response.body());
        } catch (JsonProcessingException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }

    private CompletableFuture<HttpResponse<String>> post(String path, JsonNode body) {
        return send(request(path), body);
    }

    private CompletableFuture<HttpResponse<String>> send(
            HttpRequest.Builder request, JsonNode body) {
        return http.sendAsync(
                request.header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body.toString()))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpRequest.Builder waiting(String path, int seconds) {
        return request(path)
                .timeout(TIMEOUT.plusSeconds(seconds))
                .header("Prefer", "wait=" + seconds);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(gateway.resolve(path))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + token);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
