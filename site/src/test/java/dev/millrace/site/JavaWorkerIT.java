package dev.millrace.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.inference.work.WorkKind;
import dev.millrace.site.example.CommonWord;
import dev.millrace.site.example.WordCount;
import dev.millrace.site.example.WordCountWorker;
import dev.millrace.site.role.Role;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A kind of work that the site knows nothing of, done by a process of somebody else's.
class JavaWorkerIT {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir private Path folder = Path.of(".");

    @Test
    void aKindOfOnesOwnIsDoneByAWorkerOfOnesOwn() throws Exception {
        try (var site = SiteProcess.start(folder.resolve("data"));
                var _ =
                        new WordCountWorker(
                                site.bootstrapServers(),
                                URI.create(SiteProcess.address(site.data(), Role.REGISTRY)),
                                site.data())) {
            register(site, WordCount.kind());
            register(site, CommonWord.kind());

            var done = ended(site, Map.of("text", "to be or not to be", "at_least", 2));
            assertThat(done.path("state").asText()).as("%s", done).isEqualTo("succeeded");
            assertThat(done.path("output"))
                    .hasToString("{\"words\":6,\"counts\":{\"be\":2,\"to\":2}}");
            assertThat(progress(site, done).path("fraction").asDouble()).isEqualTo(1);
            assertThat(progress(site, done).path("note").asText()).isEqualTo("word 6");

            var failed = ended(site, Map.of("text", " "));
            assertThat(failed.path("state").asText()).isEqualTo("failed");
            assertThat(failed.path("error").path("code").asText()).isEqualTo("no_words");

            var unfit = site.post("/v1/tasks", Map.of("kind", "word.count", "input", Map.of()));
            assertThat(unfit.statusCode()).as("held against the schema").isEqualTo(422);

            var before = done.path("id").asText();
            var after =
                    submit(site, Map.of("kind", "word.count", "input", Map.of("text", "to do")));
            var both =
                    submit(
                            site,
                            Map.of(
                                    "kind",
                                    "word.common",
                                    "input",
                                    Map.of(),
                                    "after",
                                    List.of(before, after)));
            assertThat(ended(site, both).path("output"))
                    .hasToString("{\"word\":\"to\",\"times\":3}");
        }
    }

    private static void register(SiteProcess site, WorkKind<?, ?> kind) throws Exception {
        var registered =
                site.post(
                        "/v1/task-kinds",
                        Map.of(
                                "name", kind.name(),
                                "input_schema", kind.inputSchema(),
                                "output_schema", kind.outputSchema()));
        assertThat(registered.statusCode()).as(registered.body()).isEqualTo(201);
    }

    private static String submit(SiteProcess site, Map<String, Object> task) throws Exception {
        var accepted = site.post("/v1/tasks", task);
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        return SiteProcess.JSON.readTree(accepted.body()).path("id").asText();
    }

    private static JsonNode ended(SiteProcess site, Map<String, Object> input) throws Exception {
        return ended(site, submit(site, Map.of("kind", "word.count", "input", input)));
    }

    private static JsonNode ended(SiteProcess site, String task) throws Exception {
        var path = "/v1/tasks/" + task;
        await("the task has ended")
                .ignoreExceptionsInstanceOf(IOException.class)
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(site.get(path).path("state").asText())
                                .isIn("succeeded", "failed"));
        return site.get(path);
    }

    /// What was said last: it is written before the task ends, and shown a moment later.
    private static JsonNode progress(SiteProcess site, JsonNode task) throws Exception {
        var path = "/v1/tasks/" + task.path("id").asText() + "/progress";
        await("the worker's last word is shown")
                .ignoreExceptionsInstanceOf(IOException.class)
                .atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(site.get(path).path("fraction").asDouble()).isEqualTo(1));
        return site.get(path);
    }
}
