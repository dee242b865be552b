package dev.millrace.site.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.task.TaskId;
import dev.millrace.site.audit.AcceptedDocument;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A client of one gateway, of whom its users expect that it asks again when told so.
final class GatewayClient implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final URI gateway;
    private final String token;
    private final HttpClient http = HttpClient.newHttpClient();

    GatewayClient(URI gateway, String token) {
        this.gateway = gateway;
        this.token = token;
    }

    /// Submits a text under its name as the key, once.
    ///
    /// @return null if the gateway asks to try again
    @Nullable AcceptedDocument submit(String name, String text)
            throws IOException, InterruptedException {
        var body =
                JSON.writeValueAsString(
                        Map.of("name", name, "media_type", "text/plain", "text", text));
        var answer =
                send(
                        request("/v1/documents")
                                .header("Content-Type", "application/json")
                                .header("Idempotency-Key", name)
                                .POST(BodyPublishers.ofString(body)));
        if (answer.statusCode() == 503) {
            return null;
        }
        if (answer.statusCode() != 202) {
            throw new IllegalStateException(name + ": " + answer.statusCode() + answer.body());
        }
        var accepted = JSON.readTree(answer.body());
        return new AcceptedDocument(
                DocumentId.parse(accepted.path("id").asText()),
                TaskId.parse(accepted.path("task").asText()),
                name,
                "text/plain",
                text);
    }

    /// @throws IOException unless the answer is a 200
    JsonNode get(String path) throws IOException, InterruptedException {
        var answer = send(request(path).GET());
        if (answer.statusCode() != 200) {
            throw new IOException(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    /// @throws IOException unless the answer is a 2xx
    JsonNode post(String path, Map<String, ?> body) throws IOException, InterruptedException {
        var answer =
                send(
                        request(path)
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(JSON.writeValueAsString(body))));
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    /// How many chunks the index holds that this gateway asks.
    long indexed() throws IOException, InterruptedException {
        return post("/v1/search/count", Map.of("documents", List.of())).path("chunks").asLong();
    }

    @Override
    public void close() {
        http.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(gateway.resolve(path))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + token);
    }

    private HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }
}
