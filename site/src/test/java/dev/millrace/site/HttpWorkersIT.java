package dev.millrace.site;

import static dev.millrace.site.TaskApi.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.task.Priority;
import dev.millrace.schemas.topic.WorkTopics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Workers over HTTP, by hand and in Python, on a real site.
class HttpWorkersIT {

    private static final Path DOCS = Path.of("../docs");
    private static final Pattern SHELL = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

    @TempDir private static Path folder = Path.of(".");

    private static @Nullable SiteProcess running;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        running = SiteProcess.start(folder.resolve("data"));
        tasks().register("relay", "cancelled", "many", "shares", "left", "steps", "shout");
    }

    @AfterAll
    static void stop() throws InterruptedException {
        assertThat(site().stop()).as("the site stops when it is asked to").isTrue();
    }

    private static SiteProcess site() {
        if (running == null) {
            throw new IllegalStateException("there is no site");
        }
        return running;
    }

    private static TaskApi tasks() {
        return new TaskApi(site());
    }

    @Test
    void whoFallsSilentLosesTheAttemptToAnother() throws Exception {
        var kind = "relay";
        var task = submit(kind, Map.of("text", "hello"));
        var first =
                tasks().claim(
                                kind,
                                Map.of("wait_ms", 20_000, "lease_ms", 1_000, "worker", "silent"));
        assertThat(first.path("task").asText()).isEqualTo(task);
        assertThat(first.path("attempt").asInt()).isEqualTo(1);
        assertThat(first.path("input").path("text").asText()).isEqualTo("hello");

        var second = tasks().claim(kind, Map.of("wait_ms", 30_000, "worker", "other"));

        assertThat(second.path("task").asText()).isEqualTo(task);
        assertThat(second.path("attempt").asInt()).isEqualTo(2);
        var output = Map.of("output", Map.of("text", "HELLO"));
        assertRefused(tasks().say(kind, "complete", first, output), 409, "stale_attempt");
        assertRefused(
                tasks().say(kind, "heartbeat", first, Map.of("lease_ms", 1_000)),
                409,
                "stale_attempt");
        var guess = with(second, "claim_token", "guessed-0123456789");
        assertRefused(tasks().say(kind, "complete", guess, output), 403, "bad_claim");
        var foreign = with(second, "claim_token", first.path("claim_token").asText());
        assertRefused(tasks().say(kind, "complete", foreign, output), 403, "bad_claim");
        assertThat(tasks().say(kind, "heartbeat", second, Map.of("lease_ms", 30_000)).statusCode())
                .isEqualTo(200);

        assertThat(tasks().say(kind, "complete", second, output).statusCode()).isEqualTo(200);
        assertRefused(tasks().say(kind, "complete", second, output), 409, "already_ended");
        var row = tasks().awaitState(task, "succeeded");
        assertThat(row.path("output").path("text").asText()).isEqualTo("HELLO");
        assertThat(row.path("attempt").asInt()).isEqualTo(2);
        assertNoTokenIsInTheLog(List.of(first, second));
    }

    @Test
    void whatIsCancelledIsNotWantedAnyMore() throws Exception {
        var kind = "cancelled";
        var task = submit(kind, Map.of("text", "hello"));
        var item = tasks().claim(kind, Map.of("wait_ms", 20_000));

        assertThat(site().post("/v1/tasks/" + task + "/cancel", Map.of()).statusCode())
                .isEqualTo(200);

        assertRefused(
                tasks().say(kind, "heartbeat", item, Map.of("lease_ms", 30_000)),
                409,
                "already_ended");
    }

    @Test
    void manyWorkersAtOnceGetEachTaskOnce() throws Exception {
        var kind = "many";
        var tasks = new HashSet<String>();
        for (int i = 0; i < 60; i++) {
            tasks.add(submit(kind, Map.of("n", i)));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var workers = new ArrayList<Callable<List<String>>>();
            for (int worker = 0; worker < 6; worker++) {
                int max = 1 << worker;
                workers.add(() -> drain(kind, max));
            }
            var done = new ArrayList<String>();
            for (var worker : threads.invokeAll(workers)) {
                done.addAll(worker.get());
            }
            assertThat(done).containsExactlyInAnyOrderElementsOf(tasks);
        }
    }

    @Test
    void everyPriorityHasItsShare() throws Exception {
        var kind = "shares";
        for (int i = 0; i < 12; i++) {
            tasks().submit(kind, Map.of("n", i), Map.of("priority", "high"));
            tasks().submit(kind, Map.of("n", i), Map.of("priority", "low"));
        }
        assertThat(tasks().claims(kind, Map.of("wait_ms", 20_000))).hasSize(1);

        var priorities = new ArrayList<String>();
        for (int i = 0; i < 15; i++) {
            for (var item : tasks().claims(kind, Map.of("wait_ms", 5_000))) {
                priorities.add(item.path("priority").asText());
            }
        }

        // Eleven and four, unless the broker takes its time now and then.
        assertThat(priorities).hasSize(15).contains("low");
        assertThat(priorities.stream().filter("high"::equals).count()).isGreaterThanOrEqualTo(8);
    }

    /// A share consumer that found nothing goes on fetching in the background, and a member of a
    /// share group keeps its partitions from others: so nothing is locked, and the gateway leaves.
    @Test
    void whatNobodyWaitsForIsLeftToOthers() throws Exception {
        var kind = "left";
        assertThat(tasks().claims(kind, Map.of("wait_ms", 2_000))).isEmpty();
        for (int i = 0; i < 6; i++) {
            submit(kind, Map.of("n", i));
        }

        try (var other =
                PlainKafka.shareConsumer(site().bootstrapServers(), WorkTopics.group(kind))) {
            other.subscribe(List.of(WorkTopics.of(kind, Priority.NORMAL).name()));
            int found = 0;
            var end = Instant.now().plusSeconds(20);
            while (found < 6 && Instant.now().isBefore(end)) {
                found += other.poll(Duration.ofMillis(200)).count();
            }
            assertThat(found).isEqualTo(6);
        }
    }

    @Test
    void aSecondStepHasWhatTheFirstOnesGave() throws Exception {
        var kind = "steps";
        var first = submit(kind, Map.of("step", 1));
        var large = submit(kind, Map.of("step", 2));
        for (int i = 0; i < 2; i++) {
            var item = tasks().claim(kind, Map.of("wait_ms", 20_000));
            assertThat(item.path("dependencies")).isEmpty();
            var text = item.path("task").asText().equals(first) ? "hello" : "a".repeat(70 * 1024);
            var output = Map.of("output", Map.of("text", text));
            assertThat(tasks().say(kind, "complete", item, output).statusCode()).isEqualTo(200);
        }
        var second =
                tasks().submit(kind, Map.of("step", 3), Map.of("after", List.of(large, first)));

        for (int attempt = 1; attempt <= 2; attempt++) {
            var item = tasks().claim(kind, Map.of("wait_ms", 30_000));
            assertThat(item.path("task").asText()).isEqualTo(second);
            assertThat(item.path("dependencies_complete").asBoolean()).isTrue();
            var given = item.path("dependencies");
            assertThat(given).hasSize(2);
            assertThat(given.path(1).path("task").asText()).isEqualTo(first);
            assertThat(given.path(1).path("status").asText()).isEqualTo("succeeded");
            assertThat(given.path(1).path("output").path("text").asText()).isEqualTo("hello");
            var blob = given.path(0).path("output_ref").path("blob").path("digest").asText();
            assertThat(site().get("/v1/blobs/" + blob).path("text").asText()).hasSize(70 * 1024);
            var said =
                    attempt == 1
                            ? tasks().say(
                                            kind,
                                            "fail",
                                            item,
                                            Map.of("error", Map.of("code", "again")))
                            : tasks().say(kind, "complete", item, Map.of("output", Map.of()));
            assertThat(said.statusCode()).as(said.body()).isEqualTo(200);
        }
    }

    @Test
    void whatTheSiteDoesByItselfIsNobodyElses() throws Exception {
        var terms = Map.<String, Object>of("not_before", "2100-01-01T00:00:00Z");
        var task = tasks().submit("ingest", Map.of("name", "a.txt", "text", "a"), terms);
        var item =
                SiteProcess.JSON
                        .createObjectNode()
                        .put("task", task)
                        .put("attempt", 1)
                        .put("claim_token", "guessed-0123456789");

        assertRefused(
                tasks().say("shout", "complete", item, Map.of("output", Map.of())),
                403,
                "bad_claim");
    }

    @Test
    void commandsOfThePageDoWhatItSays() throws Exception {
        var script = new StringBuilder("set -euo pipefail\n");
        var blocks = SHELL.matcher(Files.readString(DOCS.resolve("workers.md")));
        while (blocks.find()) {
            script.append(blocks.group(1));
        }
        var process =
                process(
                                "bash",
                                "-c",
                                script.toString()
                                        .replace("/shout/", "/page/")
                                        .replace("\"shout\"", "\"page\""))
                        .start();
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(out).isZero();
        assertThat(out)
                .containsSubsequence(
                        "\"position\"",
                        "\"claim_token\"",
                        "\"lease_ends\"",
                        "\"position\"",
                        "\"already_ended\"");
    }

    @Test
    void exampleInPythonDoesTasksAndGivesBackWhatItHasInHand() throws Exception {
        var worker =
                process("python3", DOCS.resolve("examples/worker.py").toString())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try {
            var large = "a".repeat(2 << 20);
            var done = submit("shout", Map.of("text", "hello"));
            var blob = submit("shout", Map.of("text", large));
            var bad = submit("shout", Map.of("words", "none"));

            assertThat(tasks().awaitState(done, "succeeded").path("output").path("text").asText())
                    .isEqualTo("HELLO");
            tasks().awaitState(blob, "succeeded");
            assertThat(tasks().awaitState(bad, "failed").path("error").path("code").asText())
                    .isEqualTo("bad_input");

            var slow = submit("shout", Map.of("text", "slow", "seconds", 600));
            tasks().awaitState(slow, "running");
            worker.destroy();
            assertThat(worker.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(worker.exitValue()).isZero();

            var item = tasks().claim("shout", Map.of("wait_ms", 20_000));
            assertThat(item.path("task").asText()).isEqualTo(slow);
            assertThat(item.path("attempt").asInt())
                    .as("what is given back does not count as failed")
                    .isEqualTo(1);
            assertThat(tasks().say("shout", "release", item, Map.of()).statusCode()).isEqualTo(200);
        } finally {
            worker.destroyForcibly();
        }
    }

    private static List<String> drain(String kind, int max) throws Exception {
        var done = new ArrayList<String>();
        int patience = 20_000;
        while (true) {
            var items = tasks().claims(kind, Map.of("max", max, "wait_ms", patience));
            patience = 3_000;
            if (items.isEmpty()) {
                return done;
            }
            for (var item : items) {
                var answer = tasks().say(kind, "complete", item, Map.of("output", Map.of()));
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                done.add(item.path("task").asText());
            }
        }
    }

    private static ProcessBuilder process(String... line) throws IOException {
        var process = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT);
        var address = site().gateway().toString();
        process.environment().put("MILLRACE_URL", address.replaceAll("/$", ""));
        process.environment()
                .put("MILLRACE_TOKEN", Files.readString(site().data().resolve("token")).strip());
        return process;
    }

    private static void assertNoTokenIsInTheLog(List<JsonNode> items)
            throws IOException, InterruptedException {
        for (var topic : List.of("task-reports", "task-events", "task-control")) {
            var page = site().get("/v1/events?limit=1000&topic=millrace." + topic).toString();
            assertThat(page).contains(items.getFirst().path("task").asText());
            for (var item : items) {
                assertThat(page).doesNotContain(item.path("claim_token").asText());
            }
        }
    }

    private static String submit(String kind, Map<String, ?> input) throws Exception {
        return tasks().submit(kind, input, Map.of());
    }

    private static JsonNode with(JsonNode item, String field, String value) {
        var copy = (com.fasterxml.jackson.databind.node.ObjectNode) item.deepCopy();
        return copy.put(field, value);
    }
}
