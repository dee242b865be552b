package dev.millrace.site.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Submits the tasks of a text, a JSON object a line, in batches.
///
/// A batch is sent when 1,000 lines or 8 MiB are there, so no more than that is in memory. Every
/// line has a key, its own or a fresh one, so that what passes (a busy site, a full disk) is sent
/// again, up to five times, without doing it twice. A line that is at fault harms no other.
final class TaskLines {

    private static final int MOST_BYTES = 8 << 20;
    private static final int ACCEPTED = 202;
    private static final int MALFORMED = 400;
    private static final int TOO_LARGE = 413;

    /* What comes after the first value of a line must not be lost in silence. */
    private static final ObjectReader LINE =
            ApiClient.JSON
                    .reader()
                    .with(
                            DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                            DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private final BatchClient<Line> batches;
    private final ObjectNode defaults;
    private final Supplier<String> keys;
    private final Consumer<JsonNode> told;
    private final List<Line> waiting = new ArrayList<>();
    private int bytes;
    private long submitted;
    private long refused;

    /// @param defaults the fields of every line that does not say otherwise
    /// @param keys makes keys that were never used
    /// @param told what became of each line: `line`, `status`, `id` or `problem`
    TaskLines(ApiClient api, ObjectNode defaults, Supplier<String> keys, Consumer<JsonNode> told) {
        this.batches = new BatchClient<>(api, "/v1/tasks/batch", TaskLines::body, this::tell);
        this.defaults = defaults;
        this.keys = keys;
        this.told = told;
    }

    /// Submits all lines; empty ones are passed over.
    ///
    /// @throws ApiProblem if the site does not answer, or refuses whoever asks
    Result submit(BufferedReader lines) throws IOException, ApiProblem, InterruptedException {
        long number = 0;
        for (var text = lines.readLine(); text != null; text = lines.readLine()) {
            number++;
            if (!text.isBlank()) {
                add(number, text);
            }
            if (waiting.size() == BatchClient.MOST_ITEMS || bytes >= MOST_BYTES) {
                send();
            }
        }
        send();
        return new Result(submitted, refused);
    }

    private void add(long number, String text) {
        try {
            if (LINE.readTree(text) instanceof ObjectNode task) {
                for (var field : defaults.properties()) {
                    if (!task.has(field.getKey())) {
                        task.set(field.getKey(), field.getValue());
                    }
                }
                if (!task.has("idempotency_key")) {
                    task.put("idempotency_key", keys.get());
                }
                waiting.add(new Line(number, task));
                bytes += text.getBytes(StandardCharsets.UTF_8).length;
                return;
            }
            refuse(number, MALFORMED, "not a JSON object");
        } catch (JsonProcessingException malformed) {
            refuse(number, MALFORMED, "not JSON: " + malformed.getOriginalMessage());
        }
    }

    private void send() throws ApiProblem, InterruptedException {
        var batch = List.copyOf(waiting);
        waiting.clear();
        bytes = 0;
        send(batch);
    }

    /// Sends lines together, and one by one if the site refuses them all for the sake of some.
    private void send(List<Line> batch) throws ApiProblem, InterruptedException {
        if (batch.isEmpty()) {
            return;
        }
        try {
            batches.send(batch);
        } catch (ApiProblem problem) {
            if (problem.status() != MALFORMED && problem.status() != TOO_LARGE) {
                throw problem;
            }
            if (batch.size() == 1) {
                refuse(
                        batch.getFirst().number,
                        problem.status(),
                        String.valueOf(problem.getMessage()));
                return;
            }
            for (var line : batch) {
                send(List.of(line));
            }
        }
    }

    private static JsonNode body(List<Line> lines) {
        var body = ApiClient.object();
        var tasks = body.putArray("tasks");
        lines.forEach(line -> tasks.add(line.task));
        return body;
    }

    private void tell(Line line, JsonNode item) {
        int status = item.path("status").asInt();
        if (status != ACCEPTED) {
            refuse(line.number, status, BatchClient.why(item));
            return;
        }
        submitted++;
        told.accept(
                ApiClient.object()
                        .put("line", line.number)
                        .put("status", status)
                        .put("id", item.path("id").asText())
                        .put("replayed", item.path("replayed").asBoolean()));
    }

    private void refuse(long number, int status, String why) {
        refused++;
        told.accept(
                ApiClient.object().put("line", number).put("status", status).put("problem", why));
    }

    /// How many lines went which way.
    record Result(long submitted, long refused) {}

    private record Line(long number, ObjectNode task) {}
}
