package dev.millrace.site.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Speaks to a site's gateway.
///
/// Safe for use by many threads; calls block, each for at most 30 s beyond what it may wait. What
/// is answered with 503 or 429, or is under way already, is asked for again up to [#MAX_RETRIES]
/// times, as long as `Retry-After` says.
final class ApiClient {

    static final ObjectMapper JSON = JsonMapper.builder().build();

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int MAX_RETRIES = 5;
    private static final int MAX_RETRY_SECONDS = 5;
    private static final int PAGE = 1000;

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();
    private final URI gateway;
    private final String token;

    ApiClient(URI gateway, String token) {
        this.gateway = gateway;
        this.token = token;
    }

    JsonNode get(String path, Map<String, String> query) throws ApiProblem {
        return send(request(path, query).GET().build());
    }

    /// Asks for a task, and waits so many seconds, 60 at most, until it has ended.
    JsonNode awaitTask(String task, int seconds) throws ApiProblem {
        return send(
                waiting(request("/v1/tasks/" + segment(task), Map.of()), seconds).GET().build());
    }

    JsonNode post(String path, JsonNode body) throws ApiProblem {
        return send(
                request(path, Map.of())
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body.toString()))
                        .build());
    }

    JsonNode delete(String path) throws ApiProblem {
        return send(request(path, Map.of()).DELETE().build());
    }

    /// Gets an answer that is bytes.
    HttpResponse<byte[]> getForBytes(String path, Map<String, String> query) throws ApiProblem {
        return answered(
                request(path, query).setHeader("Accept", "*/*").GET().build(),
                BodyHandlers.ofByteArray(),
                bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /// Posts for an answer that is bytes.
    HttpResponse<byte[]> postForBytes(String path, JsonNode body) throws ApiProblem {
        var request =
                request(path, Map.of())
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body.toString()))
                        .build();
        return answered(
                request,
                BodyHandlers.ofByteArray(),
                bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /// Posts with an `Idempotency-Key`, so that asking twice does it once.
    JsonNode post(String path, JsonNode body, String idempotencyKey) throws ApiProblem {
        return post(path, body, idempotencyKey, 0);
    }

    /// The same for a task, waiting so many seconds, 60 at most, until it has ended.
    ///
    /// @param seconds 0 to wait no longer than it takes to submit it
    JsonNode post(String path, JsonNode body, String idempotencyKey, int seconds)
            throws ApiProblem {
        return send(
                waiting(request(path, Map.of()), seconds)
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", idempotencyKey)
                        .POST(BodyPublishers.ofString(body.toString()))
                        .build());
    }

    /// Follows `next_token` until the list ends or `limit` items are there.
    List<JsonNode> list(String path, Map<String, String> query, int limit) throws ApiProblem {
        return list(path, query, limit, PAGE);
    }

    /// The same for a list with smaller pages.
    ///
    /// @param page the most items that may be asked for at once
    List<JsonNode> list(String path, Map<String, String> query, int limit, int page)
            throws ApiProblem {
        var items = new ArrayList<JsonNode>();
        var asked = new java.util.TreeMap<>(query);
        while (true) {
            asked.put("limit", Integer.toString(Math.min(page, limit - items.size())));
            var answer = get(path, asked);
            answer.path("items").forEach(items::add);
            var next = answer.path("next_token");
            if (items.size() >= limit || next.isMissingNode() || next.isNull()) {
                return items;
            }
            asked.put("token", next.asText());
        }
    }

    /// How the site is, ready or not: both are answers.
    JsonNode health() throws ApiProblem {
        var response = exchange(request("/health", Map.of()).GET().build());
        int status = response.statusCode();
        if (status != 200 && status != 503) {
            throw problem(response);
        }
        return parse(response.body());
    }

    /// Opens a stream of events; nothing is retried. The answer may take 30 s to begin and then
    /// goes on for as long as it likes.
    ///
    /// @param lastId of the last event that was seen; empty if none was
    InputStream stream(String path, Map<String, String> query, String lastId) throws ApiProblem {
        var request = request(path, query).setHeader("Accept", "text/event-stream");
        if (!lastId.isEmpty()) {
            request.header("Last-Event-ID", lastId);
        }
        return opened(request.GET().build()).body();
    }

    /// Opens a file; nothing is retried. What breaks off fails to be read.
    Download download(String path, Map<String, String> query) throws ApiProblem {
        var request = request(path, query).setHeader("Accept", "*/*");
        var response = opened(request.GET().build());
        return new Download(
                response.body(), response.headers().firstValue("Millrace-Position").orElse(""));
    }

    /// A file that is read as it comes.
    ///
    /// @param position how far it goes
    record Download(InputStream body, String position) {}

    private HttpResponse<InputStream> opened(HttpRequest request) throws ApiProblem {
        var response = exchange(request, BodyHandlers.ofInputStream());
        if (response.statusCode() == 200) {
            return response;
        }
        try (var body = response.body()) {
            throw problem(
                    response.statusCode(),
                    new String(body.readAllBytes(), StandardCharsets.UTF_8),
                    response.uri());
        } catch (IOException broken) {
            throw new ApiProblem(response.statusCode(), "HTTP " + response.statusCode());
        }
    }

    /// A text as one segment of a path, whatever is in it.
    static String segment(String text) {
        return encode(text).replace("+", "%20");
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    private static HttpRequest.Builder waiting(HttpRequest.Builder request, int seconds) {
        return seconds == 0
                ? request
                : request.header("Prefer", "wait=" + seconds).timeout(TIMEOUT.plusSeconds(seconds));
    }

    private HttpRequest.Builder request(String path, Map<String, String> query) {
        var text =
                query.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + encode(entry.getValue()))
                        .collect(Collectors.joining("&"));
        return HttpRequest.newBuilder(gateway.resolve(text.isEmpty() ? path : path + "?" + text))
                .timeout(TIMEOUT)
                .header("Accept", "application/json, application/problem+json")
                .header("Authorization", "Bearer " + token);
    }

    private JsonNode send(HttpRequest request) throws ApiProblem {
        return parse(
                answered(request, BodyHandlers.ofString(StandardCharsets.UTF_8), text -> text)
                        .body());
    }

    /// @param text of a body that says what went wrong
    private <T> HttpResponse<T> answered(
            HttpRequest request, HttpResponse.BodyHandler<T> reader, Function<T, String> text)
            throws ApiProblem {
        for (int attempt = 0; ; attempt++) {
            var response = exchange(request, reader);
            int status = response.statusCode();
            if (status < 300) {
                return response;
            }
            var problem = problem(status, text.apply(response.body()), response.uri());
            if (!isPassing(response) || attempt == MAX_RETRIES) {
                throw problem;
            }
            pause(response, problem);
        }
    }

    /// Whether asking again may help: so with a 409 only if it says when.
    private static boolean isPassing(HttpResponse<?> response) {
        return switch (response.statusCode()) {
            case 429, 503 -> true;
            case 409 -> response.headers().firstValue("Retry-After").isPresent();
            default -> false;
        };
    }

    private HttpResponse<String> exchange(HttpRequest request) throws ApiProblem {
        return exchange(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    private <T> HttpResponse<T> exchange(HttpRequest request, HttpResponse.BodyHandler<T> reader)
            throws ApiProblem {
        try {
            return http.send(request, reader);
        } catch (IOException unreachable) {
            throw new ApiProblem(
                    0,
                    "no answer from %s: start a site with `millrace dev`, or name one with --url"
                            .formatted(gateway));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new ApiProblem(0, "interrupted while waiting for " + gateway);
        }
    }

    private static void pause(HttpResponse<?> response, ApiProblem problem) throws ApiProblem {
        long seconds = response.headers().firstValueAsLong("Retry-After").orElse(1);
        try {
            Thread.sleep(Duration.ofSeconds(Math.clamp(seconds, 0, MAX_RETRY_SECONDS)));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw problem;
        }
    }

    private static ApiProblem problem(HttpResponse<String> response) {
        return problem(response.statusCode(), response.body(), response.uri());
    }

    private static ApiProblem problem(int status, String body, URI asked) {
        try {
            var problem = JSON.readTree(body);
            var text = new StringBuilder(problem.path("title").asText("HTTP " + status));
            if (!problem.path("detail").asText("").isEmpty()) {
                text.append(": ").append(problem.path("detail").asText());
            }
            for (var error : problem.path("errors")) {
                text.append("\n  ")
                        .append(error.path("field").asText())
                        .append(": ")
                        .append(error.path("message").asText());
            }
            return new ApiProblem(status, text.toString());
        } catch (JsonProcessingException notJson) {
            return new ApiProblem(status, "HTTP " + status + " from " + asked);
        }
    }

    private static JsonNode parse(String body) throws ApiProblem {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException notJson) {
            throw new ApiProblem(0, "the answer is not JSON: is this a Millrace gateway?");
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
