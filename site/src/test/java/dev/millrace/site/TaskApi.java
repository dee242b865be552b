package dev.millrace.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.task.TaskId;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/// A site's tasks, as those see them who submit and who do them.
record TaskApi(SiteProcess site) {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// Registers kinds that take any input.
    void register(String... kinds) throws IOException, InterruptedException {
        for (var kind : kinds) {
            var answer = site.post("/v1/task-kinds", Map.of("name", kind, "description", ""));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        }
    }

    /// Submits a task.
    ///
    /// @param terms further fields of the request, or other input
    /// @return its id
    String submit(String kind, Map<String, ?> input, Map<String, ?> terms)
            throws IOException, InterruptedException {
        var body = new HashMap<String, Object>();
        body.put("kind", kind);
        body.put("input", input);
        body.putAll(terms);
        var answer = site.post("/v1/tasks", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return SiteProcess.JSON.readTree(answer.body()).path("id").asText();
    }

    /// Submits up to 1,000 tasks at once.
    ///
    /// @return their ids
    List<TaskId> submit(List<Map<String, Object>> tasks) throws IOException, InterruptedException {
        var answer = site.post("/v1/tasks/batch", Map.of("tasks", tasks));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var items = items(SiteProcess.JSON.readTree(answer.body()));
        assertThat(items)
                .allSatisfy(item -> assertThat(item.path("status").asInt()).isEqualTo(202));
        return items.stream().map(item -> TaskId.parse(item.path("id").asText())).toList();
    }

    /// Takes work out of a kind's queue.
    List<JsonNode> claims(String kind, Map<String, ?> request)
            throws IOException, InterruptedException {
        var answer = site.post("/v1/work/" + kind + "/claim", request);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return items(SiteProcess.JSON.readTree(answer.body()));
    }

    /// Takes one item of work out of a kind's queue.
    JsonNode claim(String kind, Map<String, ?> request) throws IOException, InterruptedException {
        var items = claims(kind, request);
        assertThat(items).hasSize(1);
        return items.getFirst();
    }

    /// Reports of an attempt.
    ///
    /// @param verb for instance `complete`
    /// @param item what was claimed
    /// @param more further fields of the report
    HttpResponse<String> say(String kind, String verb, JsonNode item, Map<String, ?> more)
            throws IOException, InterruptedException {
        var body = new HashMap<String, Object>(more);
        body.put("task", item.path("task").asText());
        body.put("attempt", item.path("attempt").asInt());
        body.put("claim_token", item.path("claim_token").asText());
        return site.post("/v1/work/" + kind + "/" + verb, body);
    }

    /// Waits until a task is in a state.
    ///
    /// @return its row
    JsonNode awaitState(String task, String state) {
        return await("task " + task + " is " + state)
                .ignoreExceptionsInstanceOf(IOException.class)
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .until(
                        () -> site.get("/v1/tasks/" + task),
                        row -> row.path("state").asText().equals(state));
    }

    /// Waits until so many tasks have succeeded.
    void awaitSucceeded(int count, Duration patience) {
        await("all tasks end")
                .ignoreException(IOException.class)
                .atMost(patience)
                .until(() ->
                        site.get("/v1/tasks?count=true&limit=1&state=succeeded")
                                        .path("count")
                                        .asInt()
                                == count);
    }

    static void assertRefused(HttpResponse<String> answer, int status, String code)
            throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(SiteProcess.JSON.readTree(answer.body()).path("error_code").asText())
                .isEqualTo(code);
    }

    private static List<JsonNode> items(JsonNode page) {
        return StreamSupport.stream(page.path("items").spliterator(), false).toList();
    }
}
