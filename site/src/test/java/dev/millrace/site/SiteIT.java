package dev.millrace.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One real site, driven over HTTP only: the main job, a kill, and what is left of it afterwards.
class SiteIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String MARKDOWN =
            """
            # Mills

            A millrace carries water from the river to the wheel.

            ## Wheels

            An overshot wheel is turned by the weight of the water that falls into its buckets.
            """;

    private static final String HTML =
            "<html><body><h1>Bakers</h1><p>Sourdough bread rises slowly overnight.</p></body></html>";

    @TempDir private Path folder = Path.of(".");

    @Test
    void acceptedDocumentsAreFoundAndSurviveAKill() throws Exception {
        var data = folder.resolve("data");
        var large = "The granary holds barley. ".repeat(4000);
        JsonNode documentsBefore;
        try (var site = SiteProcess.start(data)) {
            assertThat(site.anonymous("/health").statusCode()).isEqualTo(200);
            assertThat(site.anonymous("/v1/tasks").statusCode()).isEqualTo(401);
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(data.resolve("token"))))
                    .isEqualTo("rw-------");

            var mills = accepted(site, "mills.md", "text/markdown", MARKDOWN);
            accepted(site, "bakers.html", "text/html", HTML);
            accepted(site, "granary.txt", "text/plain", large);
            awaitSearchable(site, 3);

            assertThat(accepted(site, "mills.md", "text/markdown", MARKDOWN).path("id"))
                    .as("the same document again has the same id")
                    .isEqualTo(mills.path("id"));
            documentsBefore = site.get("/v1/views/documents").path("items");
            assertThat(documentsBefore).hasSize(3);

            var task = mills.path("task").asText();
            await("the task ends once its document is searchable")
                    .ignoreException(IOException.class)
                    .atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(site.get("/v1/tasks/" + task).path("state").asText())
                                    .isEqualTo("succeeded"));
            var history = items(site.get("/v1/tasks/" + task + "/history"));
            assertThat(history)
                    .extracting(event -> event.path("type").asText())
                    .startsWith("dev.millrace.task.submitted")
                    .containsExactlyInAnyOrder(
                            "dev.millrace.task.submitted",
                            "dev.millrace.task.started",
                            "dev.millrace.task.succeeded",
                            "dev.millrace.task.refused");
            assertThat(history)
                    .allSatisfy(event -> {
                        assertThat(event.path("topic").asText()).isEqualTo("millrace.task-events");
                        assertThat(event.path("offset").isIntegralNumber()).isTrue();
                        assertThat(event.path("actor").path("id").asText()).isNotEmpty();
                    });
            assertThat(best(site, "water wheel buckets")).isEqualTo("mills.md");
            assertThat(best(site, "sourdough bread")).isEqualTo("bakers.html");
            site.kill();
        }
        try (var site = SiteProcess.start(data)) {
            awaitSearchable(site, 3);
            assertThat(withoutMoment(site.get("/v1/views/documents").path("items")))
                    .isEqualTo(withoutMoment(documentsBefore));
            assertThat(best(site, "sourdough bread")).isEqualTo("bakers.html");
            long chunks =
                    items(site.get("/v1/views/documents")).stream()
                            .mapToLong(row -> row.path("chunks").asLong())
                            .sum();
            var counted = site.post("/v1/search/count", Map.of("documents", List.of()));
            assertThat(SiteProcess.JSON.readTree(counted.body()).path("chunks").asLong())
                    .as("no chunk is missing from the index and none is there twice")
                    .isEqualTo(chunks);

            accepted(site, "late.txt", "text/plain", "Millstones are dressed with a bill.");
            awaitSearchable(site, 4);
            assertThat(site.stop()).as("the site stops when it is asked to").isTrue();
        }
    }

    /// Timers are in the log: who kills the site does not stop them.
    @Test
    void tasksWaitForTheirMomentOverAKill() throws Exception {
        var data = Files.createDirectory(folder.resolve("waiting"));
        var later = "";
        var expiring = "";
        var cancelled = "";
        try (var site = SiteProcess.start(data)) {
            var now = Instant.now();
            later = task(site, "later.txt", Map.of("not_before", now.plusSeconds(5).toString()));
            expiring =
                    task(
                            site,
                            "never.txt",
                            Map.of(
                                    "not_before", now.plusSeconds(3_600).toString(),
                                    "deadline", now.plusSeconds(6).toString()));
            cancelled =
                    task(site, "no.txt", Map.of("not_before", now.plusSeconds(3_600).toString()));
            var answer = site.post("/v1/tasks/" + cancelled + "/cancel", Map.of("why", "a test"));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            site.kill();
        }
        try (var site = SiteProcess.start(data)) {
            awaitState(site, later, "succeeded");
            awaitState(site, expiring, "expired");
            awaitState(site, cancelled, "cancelled");
            assertThat(items(site.get("/v1/tasks/" + later + "/history")))
                    .extracting(event -> event.path("type").asText())
                    .containsExactly(
                            "dev.millrace.task.submitted",
                            "dev.millrace.task.queued",
                            "dev.millrace.task.started",
                            "dev.millrace.task.succeeded");
            assertThat(items(site.get("/v1/views/documents")))
                    .extracting(row -> row.path("name").asText())
                    .containsExactly("later.txt");
            assertThat(site.stop()).isTrue();
        }
    }

    /// Kinds of task are data: registered while the site runs, there after a kill, and held against
    /// what is submitted.
    @Test
    void kindsAreRegisteredAndHeldAgainstSubmissions() throws Exception {
        var data = Files.createDirectory(folder.resolve("kinds"));
        var rotate =
                SiteProcess.JSON.readTree(
                        """
                        {"name":"image.rotate",
                         "input_schema":{"type":"object","required":["by"],
                           "properties":{"by":{"type":"integer","maximum":359}}},
                         "retries":{"max_attempts":2}}
                        """);
        try (var site = SiteProcess.start(data)) {
            var registered = site.post("/v1/task-kinds", rotate);
            assertThat(registered.statusCode()).as(registered.body()).isEqualTo(201);
            site.kill();
        }
        try (var site = SiteProcess.start(data)) {
            assertThat(items(site.get("/v1/task-kinds")))
                    .extracting(kind -> kind.path("name").asText())
                    .containsExactly("echo", "embed", "http", "image.rotate", "ingest");
            assertThat(site.post("/v1/task-kinds", rotate).statusCode())
                    .as("the same again")
                    .isEqualTo(200);

            var misspelt = submit(site, "image.rotat", Map.of("by", 90));
            assertThat(misspelt.path("error_code").asText()).isEqualTo("unknown_kind");
            assertThat(misspelt.path("detail").asText()).contains("expected: image.rotate perhaps");
            var unfit = submit(site, "image.rotate", Map.of("by", 360));
            assertThat(unfit.path("error_code").asText()).isEqualTo("invalid_input");
            assertThat(unfit.path("errors").path(0).path("field").asText()).isEqualTo("/input/by");
            assertThat(submit(site, "image.rotate", Map.of("by", 90)).path("id").asText())
                    .isNotEmpty();
            assertThat(items(site.get("/v1/events?topic=millrace.task-kinds")))
                    .extracting(event -> event.path("type").asText())
                    .containsExactly("dev.millrace.kind.registered");

            var listed = run("kind", "describe", "image.rotate", "-o", "json", "--data", data);
            assertThat(SiteProcess.JSON.readTree(listed).path("retries").path("max_attempts"))
                    .isEqualTo(rotate.path("retries").path("max_attempts"));
            assertThat(site.stop()).isTrue();
        }
    }

    private static JsonNode submit(SiteProcess site, String kind, Map<String, Object> input)
            throws IOException, InterruptedException {
        return SiteProcess.JSON.readTree(
                site.post("/v1/tasks", Map.of("kind", kind, "input", input)).body());
    }

    private static String run(Object... words) throws IOException, InterruptedException {
        var process =
                SiteProcess.command(
                                java.util.Arrays.stream(words)
                                        .map(Object::toString)
                                        .toArray(String[]::new))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isZero();
        return out;
    }

    private static String task(SiteProcess site, String name, Map<String, String> terms)
            throws IOException, InterruptedException {
        var body = new HashMap<String, Object>(terms);
        body.put("kind", "ingest");
        body.put("input", Map.of("name", name, "text", "The water comes when it comes."));
        var answer = site.post("/v1/tasks", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return SiteProcess.JSON.readTree(answer.body()).path("id").asText();
    }

    private static void awaitState(SiteProcess site, String task, String state) {
        await("task " + task + " is " + state)
                .ignoreExceptionsInstanceOf(IOException.class)
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(site.get("/v1/tasks/" + task).path("state").asText())
                                .isEqualTo(state));
    }

    @Test
    void demoEndsWithWhatTheIndexHolds() throws Exception {
        var papers = Files.createDirectory(folder.resolve("papers"));
        Files.writeString(papers.resolve("mills.md"), MARKDOWN);
        Files.writeString(papers.resolve("bakers.html"), HTML);
        Files.write(papers.resolve("broken.txt"), new byte[] {(byte) 0xFF, (byte) 0xFE, 0});
        Files.createFile(papers.resolve("empty.txt"));
        Files.writeString(papers.resolve("image.png"), "not text by its name");
        for (int round = 0; round < 2; round++) {
            var summary = demo(papers, folder.resolve("demo-data"));
            assertThat(summary.path("documents").asInt()).isEqualTo(2);
            assertThat(summary.path("skipped").asInt()).isEqualTo(3);
            assertThat(summary.path("chunks").asInt()).isGreaterThanOrEqualTo(2);
            assertThat(summary.path("embeddings")).isEqualTo(summary.path("chunks"));
            assertThat(summary.path("searchable")).isEqualTo(summary.path("chunks"));
        }
    }

    private static JsonNode demo(Path papers, Path data) throws IOException, InterruptedException {
        var process =
                SiteProcess.command(
                                "demo",
                                "--exit",
                                "--port",
                                "0",
                                "--data",
                                data.toString(),
                                papers.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isZero();
        return SiteProcess.JSON.readTree(out.lines().toList().getLast());
    }

    private static JsonNode accepted(SiteProcess site, String name, String mediaType, String text)
            throws IOException, InterruptedException {
        var answer =
                site.post(
                        "/v1/documents",
                        Map.of("name", name, "media_type", mediaType, "text", text));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return SiteProcess.JSON.readTree(answer.body());
    }

    /// A view that is being moved answers 503 and means: ask again.
    private static void awaitSearchable(SiteProcess site, int documents) {
        await("the index holds every chunk of " + documents + " documents")
                .ignoreException(IOException.class)
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(items(site.get("/v1/views/documents")))
                                .hasSize(documents)
                                .allSatisfy(row ->
                                        assertThat(row.path("state").asText())
                                                .isEqualTo("searchable")));
    }

    private static String best(SiteProcess site, String text)
            throws IOException, InterruptedException {
        var answer = site.post("/v1/search", Map.of("text", text, "limit", 3));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return SiteProcess.JSON.readTree(answer.body()).path("hits").path(0).path("name").asText();
    }

    private static List<JsonNode> items(JsonNode page) {
        return StreamSupport.stream(page.path("items").spliterator(), false).toList();
    }

    /// A repeated report may move `updated`; nothing else of a row may change.
    private static List<JsonNode> withoutMoment(JsonNode rows) {
        var kept = new ArrayList<JsonNode>();
        for (var row : rows) {
            var copy = (com.fasterxml.jackson.databind.node.ObjectNode) row.deepCopy();
            copy.remove("updated");
            kept.add(copy);
        }
        return kept;
    }
}
