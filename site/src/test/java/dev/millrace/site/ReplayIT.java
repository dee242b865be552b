package dev.millrace.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Replays of a real site: what it shows follows from its log, and where the log was changed behind
/// its back, a replay says so and names the event.
@Tag("full")
class ReplayIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int TASKS = 40;
    private static final String WORD = "planted-word-one";
    private static final String OTHER = "planted-w0rd-one";

    @TempDir private Path folder = Path.of(".");

    @Test
    void theViewsFollowFromTheLogAndAChangedLogIsFound() throws Exception {
        var data = folder.resolve("data");
        var tasks = new ArrayList<JsonNode>();
        try (var site = SiteProcess.start(data)) {
            var document =
                    Map.of(
                            "name",
                            "a.md",
                            "media_type",
                            "text/markdown",
                            "text",
                            "# A mill\n\nIt turns.");
            assertThat(site.post("/v1/documents", document).statusCode()).isEqualTo(202);
            for (int i = 0; i < TASKS; i++) {
                var input = Map.of("word", i == TASKS / 2 ? WORD : "word " + i);
                var answer = site.post("/v1/tasks", Map.of("kind", "echo", "input", input));
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
                tasks.add(SiteProcess.JSON.readTree(answer.body()));
            }
            await("all tasks end")
                    .ignoreException(IOException.class)
                    .atMost(PATIENCE)
                    .until(() ->
                            site.get("/v1/tasks?count=true&limit=1&state=succeeded")
                                            .path("count")
                                            .asInt()
                                    == TASKS + 1);

            for (var view : List.of("tasks", "task-counts", "documents")) {
                var replay = replayed(site, Map.of("view", view));
                assertThat(replay.path("state").asText()).as("%s", replay).isEqualTo("finished");
                assertThat(replay.path("comparison").path("equal").asBoolean())
                        .as("%s", replay)
                        .isTrue();
                assertThat(replay.path("comparison").path("rows").asInt()).isPositive();
            }
            wasShown(site, tasks.get(7));
            assertThat(site.stop()).isTrue();
        }
        var changed = StoredLog.change(data.resolve("broker"), "millrace.task-events", WORD, OTHER);
        try (var site = SiteProcess.start(data)) {
            var replay = replayed(site, Map.of("view", "tasks"));

            var comparison = replay.path("comparison");
            assertThat(comparison.path("equal").asBoolean(true)).as("%s", replay).isFalse();
            var difference = comparison.path("difference");
            var task = tasks.get(TASKS / 2).path("id").asText();
            assertThat(difference.path("key").asText()).isEqualTo(task);
            assertThat(difference.path("live").path("output").path("word").asText())
                    .isEqualTo(WORD);
            assertThat(difference.path("replayed").path("output").path("word").asText())
                    .isEqualTo(OTHER);
            assertThat(difference.path("event").asText()).isEqualTo(changed);
        }
    }

    /// A list as of the moment after a submission has the tasks until then, and no others.
    private static void wasShown(SiteProcess site, JsonNode accepted) throws Exception {
        var task = accepted.path("id").asText();
        var history = site.get("/v1/tasks/" + task + "/history").path("items");
        var submitted = history.get(0).path("id").asText();
        assertThat(site.get("/v1/tasks/" + task + "?as_of=" + submitted).path("state").asText())
                .isEqualTo("queued");
        assertThat(site.get("/v1/tasks/" + task).path("state").asText()).isEqualTo("succeeded");

        var position = accepted.path("position").asText();
        var then = replayed(site, Map.of("view", "tasks", "until", position));
        assertThat(then.path("comparison").isNull()).isTrue();
        var rows = site.get("/v1/tasks?limit=1000&as_of=" + position.replace("@", "%40"));
        assertThat(rows.path("items"))
                .extracting(row -> row.path("id").asText())
                .contains(task)
                .hasSizeLessThan(TASKS);
    }

    private static JsonNode replayed(SiteProcess site, Map<String, Object> request)
            throws Exception {
        var begun = site.post("/v1/replays", request);
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
        var path = "/v1/replays/" + SiteProcess.JSON.readTree(begun.body()).path("id").asText();
        return await("the replay ends")
                .atMost(PATIENCE)
                .until(
                        () -> site.get(path),
                        replay ->
                                !List.of("running", "comparing")
                                        .contains(replay.path("state").asText()));
    }
}
