package dev.millrace.schemas.registry.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.function.Supplier;

/// Asks a registry what Confluent's client cannot ask, or does not tell.
final class PlainHttp implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Supplier<URI> registry;

    PlainHttp(Supplier<URI> registry) {
        this.registry = registry;
    }

    /// @param body missing if it was not JSON
    record Answer(int status, JsonNode body) {

        /// The status and the error code of an answer that says no.
        String refusal() {
            return status + " " + body.path("error_code").asText("without a code");
        }
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send("GET", path, "");
    }

    Answer post(String path, String body) throws IOException, InterruptedException {
        return send("POST", path, body);
    }

    Answer delete(String path) throws IOException, InterruptedException {
        return send("DELETE", path, "");
    }

    /// A text in which `'` stands for `"`, as JSON.
    static JsonNode tree(String text) throws JsonProcessingException {
        return JSON.readTree(text.replace('\'', '"'));
    }

    @Override
    public void close() {
        http.close();
    }

    private Answer send(String method, String path, String body)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(registry.get() + path))
                        .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                        .method(
                                method,
                                body.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body))
                        .build();
        var answer = http.send(request, BodyHandlers.ofString());
        try {
            return new Answer(answer.statusCode(), JSON.readTree(answer.body()));
        } catch (JsonProcessingException noJson) {
            return new Answer(answer.statusCode(), MissingNode.getInstance());
        }
    }
}
