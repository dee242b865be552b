package dev.millrace.site;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One real site, asked over HTTP for what it was just told, with the position that it answered.
/// Nothing is waited for but what the site itself waits for.
class ReadYourWritesIT {

    private static final int WRITES = 20;

    @TempDir private Path folder = Path.of(".");

    @Test
    void whatWasAcceptedOrRefusedIsReadAtItsPosition() throws Exception {
        try (var site = SiteProcess.start(folder.resolve("data"))) {
            for (int i = 0; i < WRITES; i++) {
                isSeen(site, i);
                isTakenIn(site, i);
            }
            isRefused(site);
            isRegistered(site);
        }
    }

    private static void isSeen(SiteProcess site, int number) throws Exception {
        var input = Map.of("word", "word " + number);
        var terms = Map.of("kind", "echo", "input", input, "not_before", "2090-01-01T00:00:00Z");
        var accepted = json(site.post("/v1/tasks", terms));
        var task = accepted.path("id").asText();
        var after = after(accepted);

        assertThat(site.get("/v1/tasks/" + task + "?" + after).path("id").asText()).isEqualTo(task);
        assertThat(site.get("/v1/views/tasks?limit=1000&" + after).path("items"))
                .extracting(row -> row.path("id").asText())
                .contains(task);
        assertThat(site.get("/v1/tasks/" + task + "/history?" + after).path("items")).isNotEmpty();
    }

    /// The view of documents is made of what the task becomes, not of the task.
    private static void isTakenIn(SiteProcess site, int number) throws Exception {
        var accepted = json(site.submit("key " + number, document("Mill number " + number)));
        var document = accepted.path("id").asText();
        var after = after(accepted);

        assertThat(site.get("/v1/views/documents/" + document + "?" + after).path("id").asText())
                .isEqualTo(document);
        assertThat(site.get("/v1/views/documents?limit=1000&" + after).path("items"))
                .extracting(row -> row.path("id").asText())
                .contains(document);
    }

    /// A refusal changes no row; that it happened is in the history of the task.
    private static void isRefused(SiteProcess site) throws Exception {
        var first = json(site.submit("key", document("A mill.")));
        var answer = site.submit("key", document("Another one."));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        var refused = json(answer);
        assertThat(refused.path("error_code").asText()).isEqualTo("idempotency_conflict");

        var history =
                site.get(
                        "/v1/tasks/%s/history?%s"
                                .formatted(first.path("task").asText(), after(refused)));

        assertThat(history.path("items"))
                .extracting(event -> event.path("type").asText())
                .contains("dev.millrace.task.refused");
    }

    /// No view is made of kinds: the log is read on from there.
    private static void isRegistered(SiteProcess site) throws Exception {
        var registered = json(site.post("/v1/task-kinds", Map.of("name", "turn")));
        var kinds = "/v1/events?topic=task-kinds&limit=1000";

        assertThat(site.get(kinds).path("items"))
                .extracting(event -> event.path("key").asText())
                .contains("turn");
        assertThat(site.get(kinds + "&" + after(registered)).path("items"))
                .extracting(event -> event.path("key").asText())
                .doesNotContain("turn");
    }

    private static Map<String, String> document(String text) {
        return Map.of("name", "mill.txt", "media_type", "text/plain", "text", text);
    }

    private static String after(JsonNode written) {
        var position = written.path("position").asText();
        assertThat(position).as("%s", written).isNotEmpty();
        return "after=" + URLEncoder.encode(position, StandardCharsets.UTF_8);
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        return SiteProcess.JSON.readTree(answer.body());
    }
}
