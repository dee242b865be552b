package dev.millrace.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.site.role.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/// A site in three processes, of which first the registry and then the broker is killed, stays away
/// for longer than any session or transaction of decide or the embedder lasts, and comes back.
/// Nothing else is touched.
@Tag("full")
class BrokerOutageIT {

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /* The embedder's transactions end after a minute, all sessions and decide's sooner. */
    private static final Duration AWAY =
            Duration.ofSeconds(Long.getLong("millrace.test.outage-seconds", 65));

    private static final Duration HELD = Duration.ofHours(1);
    private static final Map<String, ?> DURING = Map.of("kind", "echo", "input", Map.of());
    private static final Map<String, ?> OUTPUT = Map.of("output", Map.of());
    private static final int MOST_PERCENT_OF_A_CORE = 30;
    private static final int MOST_LINES_A_SECOND = 20;
    private static final int TICKS_A_SECOND = 100;

    @TempDir private Path folder = Path.of(".");

    @Test
    void whatWaitsIsCheapAndGoesOnByItself(TestReporter reporter) throws Exception {
        var data = Files.createDirectory(folder.resolve("data"));
        var config =
                Files.writeString(
                        folder.resolve("site.properties"),
                        """
                        millrace.broker.port=%d
                        millrace.registry.port=%d
                        millrace.gateway.port=0
                        millrace.management.port=0
                        """
                                .formatted(freePort(), freePort()));
        try (var processes = new Processes(data, config)) {
            var broker = processes.start("broker");
            var registry = processes.start("registry");
            try (var parts =
                    SiteProcess.launch(
                            SiteProcess.command(
                                    "run",
                                    "decide",
                                    "documents",
                                    "views",
                                    "worker",
                                    "search",
                                    "gateway",
                                    "--data",
                                    data.toString(),
                                    "--config",
                                    config.toString()),
                            data)) {
                assertThat(parts.awaitReady()).as(errors(data)).isTrue();
                var tasks = new TaskApi(parts);
                tasks.register("carve");
                var mine = carving(tasks);
                var other = carving(tasks);
                var ingest = new Ingest(parts);
                ingest.awaitAccepted(20);

                registry.destroyForcibly().waitFor();
                ingest.awaitAccepted(20);
                processes.start("registry");
                ingest.awaitAccepted(20);

                broker.destroyForcibly().waitFor();
                await("documents are refused for now")
                        .atMost(PATIENCE)
                        .until(() -> ingest.lastStatus() == 503);
                requireRefused(parts, mine, other);
                requirePatience(parts, ingest, data, reporter);
                long back = System.nanoTime();
                processes.start("broker");
                ingest.awaitAccepted(20);
                reporter.publishEntry(
                        "seconds to 20 more documents, the broker's start among them",
                        Long.toString(Duration.ofNanos(System.nanoTime() - back).toSeconds()));
                requireGoesOn(parts, mine, other);
                ingest.finish();
                awaitSearchable(parts, ingest.accepted());
                assertThat(ingest.statuses().keySet()).isSubsetOf(202, 503);
                reporter.publishEntry("answers", ingest.statuses().toString());
                requireOnce(parts);
                assertThat(registered(SiteProcess.address(data, Role.REGISTRY))).isEqualTo(200);
                assertThat(parts.isAlive()).isTrue();
            }
        }
    }

    /// An attempt that somebody holds for longer than the outage lasts.
    private static JsonNode carving(TaskApi tasks) throws Exception {
        tasks.submit("carve", Map.of(), Map.of());
        return tasks.claim("carve", Map.of("wait_ms", 30_000, "lease_ms", HELD.toMillis()));
    }

    /// Whoever wants something written is told when to come back, whatever it is.
    private static void requireRefused(SiteProcess parts, JsonNode mine, JsonNode other)
            throws Exception {
        var tasks = new TaskApi(parts);
        var late = Map.of("name", "late", "description", "");
        List<Callable<HttpResponse<String>>> writes =
                List.of(
                        () -> parts.post("/v1/documents", Map.of("name", "now.txt", "text", "x")),
                        () -> parts.post("/v1/tasks", "during", DURING),
                        () -> parts.post("/v1/task-kinds", late),
                        () -> parts.post("/v1/tasks/" + task(other) + "/cancel", Map.of()),
                        () -> tasks.say("carve", "complete", mine, OUTPUT),
                        () -> tasks.say("carve", "heartbeat", other, Map.of("lease_ms", 60_000)));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var answer : threads.invokeAll(writes)) {
                var refusal = answer.get();
                assertThat(refusal.statusCode())
                        .as("%s: %s", refusal.uri(), refusal.body())
                        .isEqualTo(503);
                assertThat(refusal.headers().firstValue("Retry-After")).isPresent();
            }
        }
    }

    /// What was refused is taken when it is said again, and is there once.
    private static void requireGoesOn(SiteProcess parts, JsonNode mine, JsonNode other)
            throws Exception {
        var tasks = new TaskApi(parts);
        await("a task is taken in under the key of before")
                .atMost(PATIENCE)
                .until(() -> parts.post("/v1/tasks", "during", DURING).statusCode() == 202);
        await("the attempt can be reported")
                .atMost(PATIENCE)
                .until(() -> isSaid(tasks.say("carve", "complete", mine, OUTPUT)));
        await("the other task can be cancelled")
                .atMost(PATIENCE)
                .until(() -> isSaid(parts.post("/v1/tasks/" + task(other) + "/cancel", Map.of())));
        tasks.awaitState(task(mine), "succeeded");
        tasks.awaitState(task(other), "cancelled");
        var during = parts.get("/v1/idempotency-keys/during").path("id").asText();
        tasks.awaitState(during, "succeeded");
        await("it is there once")
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() ->
                        parts.get("/v1/views/task-counts/echo:succeeded").path("count").asInt()
                                == 1);
        await("the kind can be registered")
                .atMost(PATIENCE)
                .until(() ->
                        parts.get("/v1/task-kinds").toString().contains("\"late\"")
                                || parts.post(
                                                        "/v1/task-kinds",
                                                        Map.of("name", "late", "description", ""))
                                                .statusCode()
                                        == 201);
    }

    /// Whether it was taken now, or was before though nobody could say so.
    private static boolean isSaid(HttpResponse<String> answer) {
        return answer.statusCode() / 100 == 2 || answer.statusCode() == 409;
    }

    private static String task(JsonNode claimed) {
        return claimed.path("task").asText();
    }

    /// Little CPU, few lines.
    private static void requirePatience(
            SiteProcess parts, Ingest ingest, Path data, TestReporter reporter) throws Exception {
        assertThat(parts.statusOf("/v1/events?topic=millrace.task-events&limit=5")).isEqualTo(503);
        assertThat(parts.statusOf("/v1/views/documents?limit=5")).isIn(200, 503);

        long lines = lines(data);
        long ticks = ticks(parts.pid());
        long from = System.nanoTime();
        await("sessions and transactions end meanwhile")
                .pollInterval(Duration.ofSeconds(1))
                .atMost(AWAY.plus(PATIENCE))
                .until(() -> System.nanoTime() - from > AWAY.toNanos());
        double seconds = Duration.ofNanos(System.nanoTime() - from).toMillis() / 1000.0;
        double percent = 100.0 * (ticks(parts.pid()) - ticks) / TICKS_A_SECOND / seconds;
        double linesASecond = (lines(data) - lines) / seconds;
        reporter.publishEntry("percent of a core while waiting", Double.toString(percent));
        reporter.publishEntry("lines a second while waiting", Double.toString(linesASecond));
        assertThat(percent).isLessThan(MOST_PERCENT_OF_A_CORE);
        assertThat(linesASecond).isLessThan(MOST_LINES_A_SECOND);
        assertThat(ingest.lastStatus()).isEqualTo(503);
    }

    private static long ticks(long pid) throws IOException {
        var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    /// On the console and in the logs, of all that still run.
    private static long lines(Path data) throws IOException {
        long count = 0;
        try (var logs = Files.list(data.resolve("logs"))) {
            for (var file : Stream.concat(logs, Stream.of(console(data))).toList()) {
                try (var lines = Files.lines(file)) {
                    count += lines.count();
                }
            }
        }
        return count;
    }

    private static Path console(Path data) {
        return data.resolveSibling("stderr.txt");
    }

    private static String errors(Path data) throws IOException {
        return Files.readString(console(data));
    }

    private static void awaitSearchable(SiteProcess site, int documents) {
        await("all " + documents + " accepted documents can be found")
                .ignoreException(IOException.class)
                .atMost(PATIENCE)
                .untilAsserted(() -> {
                    var states = new HashMap<String, Integer>();
                    rows(site).forEach(state -> states.merge(state, 1, Integer::sum));
                    assertThat(states).isEqualTo(Map.of("searchable", documents));
                });
    }

    private static List<String> rows(SiteProcess site) throws Exception {
        var states = new ArrayList<String>();
        var next = "";
        do {
            var page = site.get("/v1/views/documents?limit=1000" + next);
            page.path("items").forEach(row -> states.add(row.path("state").asText()));
            next =
                    page.path("next_token").isTextual()
                            ? "&token=" + page.path("next_token").asText()
                            : "";
        } while (!next.isEmpty());
        return states;
    }

    /// The index holds each chunk once, and no task has two endings.
    private static void requireOnce(SiteProcess site) throws Exception {
        long chunks = 0;
        for (var row : site.get("/v1/views/documents?limit=1000").path("items")) {
            chunks += row.path("chunks").asLong();
        }
        var counted = site.post("/v1/search/count", Map.of("documents", List.of()));
        assertThat(SiteProcess.JSON.readTree(counted.body()).path("chunks").asLong())
                .isEqualTo(chunks);
        var ended = new HashSet<String>();
        for (var event :
                site.get("/v1/events?topic=millrace.task-events&limit=1000").path("items")) {
            if (event.path("type").asText().equals("dev.millrace.task.succeeded")) {
                assertThat(ended.add(event.path("key").asText())).isTrue();
            }
        }
        assertThat(ended).isNotEmpty();
    }

    /// A schema that the registry never saw: it has to write.
    private static int registered(String registry) throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create(registry + "/subjects/after/versions"))
                        .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                        .timeout(Duration.ofMinutes(1))
                        .POST(BodyPublishers.ofString("{\"schema\":\"\\\"string\\\"\"}"))
                        .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// Roles in processes of their own, on one folder; ended with the test.
    private record Processes(Path data, Path config, List<Process> running)
            implements AutoCloseable {

        Processes(Path data, Path config) {
            this(data, config, new ArrayList<>());
        }

        /// Starts one and waits until it is ready.
        Process start(String role) throws IOException {
            var console = data.resolveSibling(role + running.size() + ".txt");
            var process =
                    SiteProcess.command(
                                    "run",
                                    role,
                                    "--data",
                                    data.toString(),
                                    "--config",
                                    config.toString())
                            .redirectError(console.toFile())
                            .start();
            running.add(process);
            if (ReadyLine.await(process, "Ready: ") == null) {
                throw new IOException(role + " did not start: " + Files.readString(console));
            }
            return process;
        }

        @Override
        public void close() {
            running.forEach(Process::destroyForcibly);
        }
    }
}
