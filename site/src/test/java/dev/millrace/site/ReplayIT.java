package dev.millrace.site;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.replay.Replays;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
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
            new TaskApi(site).awaitSucceeded(TASKS + 1, PATIENCE);

            for (var view : Replays.VIEWS) {
                var replay = replayed(site, Map.of("view", view));
                assertThat(replay.path("state").asText()).as("%s", replay).isEqualTo("finished");
                assertThat(replay.path("comparison").path("equal").asBoolean())
                        .as("%s", replay)
                        .isTrue();
                assertThat(replay.path("comparison").path("rows").asInt()).isPositive();
            }
            wasShown(site, tasks.get(7));
            isFoldedStepByStep(site, tasks.get(7));
            isTold(site, tasks.get(7), tasks.get(20));
            isExported(site, folder);
            await("all is folded that the log holds, marks of transactions apart")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> {
                        for (var view : List.of("tasks", "task-counts", "documents")) {
                            assertThat(
                                            site.get("/v1/views/" + view + "?limit=1")
                                                    .path("staleness_ms")
                                                    .asLong(-1))
                                    .as(view)
                                    .isZero();
                        }
                    });
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
            var history = replayed(site, Map.of("entity", task)).path("comparison");
            assertThat(history.path("difference").path("key").asText()).startsWith(task + ":");
            assertThat(history.path("difference").path("event").asText()).isEqualTo(changed);
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

    /// One task is folded from the log alone, and every step of it is there.
    private static void isFoldedStepByStep(SiteProcess site, JsonNode accepted) throws Exception {
        var task = accepted.path("id").asText();
        var replay = replayed(site, Map.of("entity", task));
        assertThat(replay.path("state").asText()).as("%s", replay).isEqualTo("finished");
        assertThat(replay.path("comparison").path("equal").asBoolean()).as("%s", replay).isTrue();
        assertThat(replay.path("caught_up_at").isTextual()).isTrue();
        var path = "/v1/replays/" + replay.path("id").asText();
        var steps = site.get(path + "/steps").path("items");
        assertThat(steps)
                .extracting(step -> step.path("row").path("state").asText())
                .startsWith("queued")
                .endsWith("succeeded");
        assertThat(replay.path("comparison").path("rows").asInt()).isEqualTo(steps.size() + 1);
        assertThat(steps.get(steps.size() - 1).path("row"))
                .isEqualTo(site.get("/v1/tasks/" + task));
        assertThat(site.get(path + "/rows").path("items")).hasSize(1);
    }

    /// What differs between two moments, and what happened between them.
    private static void isTold(SiteProcess site, JsonNode earlier, JsonNode later)
            throws Exception {
        var task = earlier.path("id").asText();
        var history = site.get("/v1/tasks/" + task + "/history").path("items");
        var one =
                site.get(
                        "/v1/views/tasks/%s/diff?from=%s"
                                .formatted(task, history.get(0).path("id").asText()));
        assertThat(one.path("change").asText()).isEqualTo("changed");
        assertThat(one.path("before").path("state").asText()).isEqualTo("queued");
        assertThat(one.path("after").path("state").asText()).isEqualTo("succeeded");
        assertThat(one.path("fields"))
                .extracting(JsonNode::asText)
                .contains("state", "version", "output");

        var time = history.get(0).path("time").asText();
        var until = site.get("/v1/tasks/" + later.path("id").asText() + "/history").path("items");
        var between =
                "/v1/views/tasks/diff?limit=1000&from=%s&to=%s"
                        .formatted(time, until.get(0).path("time").asText());
        var diff =
                await("both moments are replayed up to")
                        .atMost(PATIENCE)
                        .until(() -> site.get(between), answer -> answer.has("items"));
        assertThat(diff.path("items"))
                .isNotEmpty()
                .allSatisfy(change -> {
                    assertThat(change.path("change").asText()).isIn("added", "changed");
                    assertThat(change.path("before").isNull())
                            .isEqualTo(change.path("change").asText().equals("added"));
                });

        var range = replayed(site, Map.of("range", Map.of("from", time)));
        assertThat(range.path("state").asText()).as("%s", range).isEqualTo("finished");
        var tally = range.path("tally");
        assertThat(tally.path("types").path("dev.millrace.task.submitted").asInt()).isPositive();
        assertThat(tally.path("events").asInt())
                .isGreaterThan(tally.path("types").path("dev.millrace.task.submitted").asInt())
                .isLessThanOrEqualTo(range.path("done").asInt());
    }

    /// A topic as a file, in both forms, the one of them read with the Avro library alone.
    private static void isExported(SiteProcess site, Path folder) throws Exception {
        var avro = folder.resolve("events.avro");
        var ndjson = folder.resolve("events.ndjson");
        for (var file : List.of(avro, ndjson)) {
            var format = file.equals(avro) ? "avro" : "ndjson";
            var export =
                    SiteProcess.command(
                                    "event",
                                    "export",
                                    "--topic=task-events",
                                    "--format=" + format,
                                    "--out=" + file,
                                    "--data=" + site.data())
                            .redirectErrorStream(true)
                            .start();
            var said = new String(export.getInputStream().readAllBytes(), UTF_8);
            assertThat(export.waitFor()).as(said).isZero();
            assertThat(said.strip()).contains("millrace.task-events-0@");
        }
        var lines = new ArrayList<String>();
        for (var line : Files.readAllLines(ndjson)) {
            lines.add(SiteProcess.JSON.readTree(line).path("id").asText());
        }
        var records = new ArrayList<String>();
        try (var file =
                new DataFileReader<GenericRecord>(avro.toFile(), new GenericDatumReader<>())) {
            assertThat(file.getSchema().getFullName()).endsWith("TaskEventRecord");
            file.forEach(record -> records.add(record.get("id").toString()));
        }
        assertThat(records).isEqualTo(lines).hasSizeGreaterThan(TASKS * 2);
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
