package dev.millrace.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/// A real site on a small disk that somebody else fills, twice, while documents come in and a long
/// queue of work is being done.
///
/// Needs to be root, to mount a file system of its own in memory; fails if it cannot.
@Tag("full")
class FullDiskIT {

    private static final long MIB = 1 << 20;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final long RESERVE = 128 * MIB;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Map<String, ?> OUTPUT = Map.of("output", Map.of());

    /* What is left when the disk is "full": less than the reserve by far. */
    private static final long LEFT = 64 * MIB;

    /* More than this site does while its disk is filled. */
    private static final int QUEUED = 600;
    private static final int BATCH = 100;
    private static final int ROUNDS = 2;

    @TempDir private Path folder = Path.of(".");
    private Path disk = folder;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(folder.resolve("disk"));
        run("mount", "-t", "tmpfs", "-o", "size=600m", "tmpfs", disk.toString());
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", "--lazy", disk.toString());
    }

    @Test
    void writesAreRefusedReadsGoOnAndAllThatWasAcceptedIsThereOnce(TestReporter reporter)
            throws Exception {
        var data = disk.resolve("data");
        try (var site = SiteProcess.start(data, "--set", "millrace.disk.reserve=128MiB")) {
            awaitModel(site);
            var tasks = new TaskApi(site);
            tasks.register("carve");
            // Before there is much to do, or a busy machine refuses it.
            var carvings = List.of(claimed(tasks), claimed(tasks));
            var ingest = new Ingest(site);
            var reads = new Reads(site);
            var echoes = new HashSet<String>();
            for (int round = 1; round <= ROUNDS; round++) {
                var held = carvings.get(round - 1);
                ingest.awaitAccepted(30);
                echoes.addAll(queue(site, round));
                fill();
                long lowest = heldWhileFull(site, ingest);
                requireWorkersAtRest(site, tasks, held, echoes);
                reporter.publishEntry(
                        "MiB used while full, round " + round,
                        Double.toString((LEFT - lowest) / (double) MIB));
                assertThat(LEFT - lowest).as("bytes that in-flight work took").isLessThan(LEFT / 2);

                Files.delete(ballast());
                ingest.awaitAccepted(20);
                var completed = tasks.say("carve", "complete", held, OUTPUT);
                assertThat(completed.statusCode()).as(completed.body()).isEqualTo(200);
                tasks.awaitState(held.path("task").asText(), "succeeded");
            }
            ingest.finish();
            awaitSearchable(site, ingest.accepted());
            reads.finish();
            assertThat(reads.statuses()).containsOnlyKeys(200);
            assertThat(ingest.statuses().keySet()).contains(202, 507).isSubsetOf(202, 503, 507);
            reporter.publishEntry("answers to documents", ingest.statuses().toString());
            reporter.publishEntry("answers to reads", reads.statuses().toString());
            awaitEchoed(site, echoes.size());
            requireOnce(site, ROUNDS + echoes.size());
            assertThat(site.isAlive()).isTrue();
            fill();
            await("the disk is full again")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(diskState(site)).isEqualTo("waiting"));
            assertThat(site.stop()).isTrue();
            var examined = doctor(data);
            assertThat(examined.status()).as(examined.said()).isEqualTo(1);
            assertThat(examined.said()).contains("millrace.disk.reserve");
            requireReadsAfterARestart(data, ingest.accepted());
        }
    }

    /// A site that is started while the disk is full is ready to be read, and writes once there is
    /// room.
    private void requireReadsAfterARestart(Path data, int documents) throws Exception {
        try (var site = SiteProcess.start(data, "--set", "millrace.disk.reserve=128MiB")) {
            assertThat(diskState(site)).isEqualTo("waiting");
            assertThat(rows(site)).hasSize(documents);
            var late = Map.of("name", "late.txt", "text", "A late word.");
            assertThat(site.post("/v1/documents", late).statusCode()).isEqualTo(507);

            Files.delete(ballast());
            await("there is room again")
                    .atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(site.post("/v1/documents", late).statusCode())
                                    .isEqualTo(202));
            awaitSearchable(site, documents + 1);
            assertThat(site.stop()).isTrue();
        }
        var examined = doctor(data);
        assertThat(examined.status()).as(examined.said()).isZero();
    }

    private ProgramRun doctor(Path data) throws Exception {
        return ProgramRun.of(
                folder,
                "doctor",
                "--data",
                data.toString(),
                "--port",
                "0",
                "--management-port",
                "0",
                "--set",
                "millrace.disk.reserve=128MiB");
    }

    private static String diskState(SiteProcess site) throws Exception {
        var health = SiteProcess.JSON.readTree(site.anonymous("/health").body());
        return part(health, "disk").path("state").asText();
    }

    /// @return the fewest bytes that were free
    private long heldWhileFull(SiteProcess site, Ingest ingest) throws Exception {
        await("writes are refused").atMost(PATIENCE).until(() -> ingest.lastStatus() == 507);
        var refusal = site.post("/v1/documents", Map.of("name", "refused.txt", "text", "x"));
        assertThat(refusal.statusCode()).isEqualTo(507);
        assertThat(refusal.headers().firstValue("Retry-After")).isPresent();
        assertThat(refusal.body()).contains("storage_full", "MiB left", "millrace.disk.reserve");
        assertThat(diskState(site)).isEqualTo("waiting");
        var lowest = new AtomicLong(Long.MAX_VALUE);
        var store = Files.getFileStore(disk);
        long until = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        await("what was begun is done, and more")
                .pollInterval(Duration.ofMillis(50))
                .atMost(PATIENCE)
                .until(() -> {
                    lowest.accumulateAndGet(store.getUsableSpace(), Math::min);
                    return System.nanoTime() > until;
                });
        assertThat(ingest.lastStatus()).as("it stays so").isEqualTo(507);
        return lowest.get();
    }

    private void fill() throws IOException {
        var store = Files.getFileStore(disk);
        var mebibyte = new byte[(int) MIB];
        try (OutputStream out = Files.newOutputStream(ballast())) {
            while (store.getUsableSpace() > LEFT + MIB) {
                out.write(mebibyte);
            }
        }
        requireBelowReserve(store);
    }

    private static void requireBelowReserve(FileStore store) throws IOException {
        assertThat(store.getUsableSpace()).isLessThan(RESERVE);
    }

    private Path ballast() {
        return disk.resolve("ballast");
    }

    private static void awaitModel(SiteProcess site) {
        await("the model is loaded")
                .ignoreException(IOException.class)
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(part(site.get("/health"), "model").path("state").asText())
                                .isEqualTo("ready"));
    }

    private static JsonNode part(JsonNode health, String name) {
        return StreamSupport.stream(health.path("parts").spliterator(), false)
                .filter(part -> part.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void awaitSearchable(SiteProcess site, int documents) {
        await("all " + documents + " accepted documents can be found")
                .ignoreException(IOException.class)
                .atMost(PATIENCE)
                .untilAsserted(() -> {
                    var states = new HashMap<String, Integer>();
                    rows(site)
                            .values()
                            .forEach(row ->
                                    states.merge(row.path("state").asText(), 1, Integer::sum));
                    assertThat(states).isEqualTo(Map.of("searchable", documents));
                });
    }

    /// An attempt that somebody holds for an hour.
    private static JsonNode claimed(TaskApi tasks) throws Exception {
        tasks.submit("carve", Map.of(), Map.of());
        return tasks.claim("carve", Map.of("wait_ms", 30_000, "lease_ms", HOUR.toMillis()));
    }

    /// A long queue of work that takes its time.
    private static Set<String> queue(SiteProcess site, int round) {
        var queued = new HashSet<String>();
        for (int batch = 0; batch < QUEUED / BATCH; batch++) {
            var tasks = new ArrayList<Map<String, Object>>();
            for (int i = 0; i < BATCH; i++) {
                var key = "echo-%d-%d-%d".formatted(round, batch, i);
                var input = Map.of("delay_ms", 10_000);
                tasks.add(Map.of("kind", "echo", "input", input, "idempotency_key", key));
            }
            await("a batch of tasks is accepted")
                    .ignoreException(IOException.class)
                    .atMost(PATIENCE)
                    .until(() -> queued.addAll(accepted(site, tasks)));
        }
        return queued;
    }

    /// The ids of a batch, none if it is to be sent again.
    private static List<String> accepted(SiteProcess site, List<Map<String, Object>> tasks)
            throws Exception {
        var answer = site.post("/v1/tasks/batch", Map.of("tasks", tasks));
        var ids = new ArrayList<String>();
        for (var item : SiteProcess.JSON.readTree(answer.body()).path("items")) {
            if (item.path("status").asInt() != 202) {
                return List.of();
            }
            ids.add(item.path("id").asText());
        }
        return ids;
    }

    /// What was begun is done, nothing more is begun however much is queued, and whoever works over
    /// HTTP is told so.
    private static void requireWorkersAtRest(
            SiteProcess site, TaskApi tasks, JsonNode held, Set<String> echoes) throws Exception {
        var last = new AtomicLong(-1);
        await("nobody reports anything any more")
                .pollInterval(Duration.ofSeconds(5))
                .atMost(PATIENCE)
                .until(() -> {
                    long now = reported(site, echoes);
                    return now == last.getAndSet(now);
                });
        assertThat(last).as("reports of %d tasks", echoes.size()).hasValueLessThan(echoes.size());
        requireFull(site.post("/v1/work/echo/claim", Map.of("wait_ms", 1_000)));
        requireFull(tasks.say("carve", "heartbeat", held, Map.of("lease_ms", 60_000)));
        requireFull(tasks.say("carve", "complete", held, OUTPUT));
        requireFull(site.post("/v1/tasks/" + held.path("task").asText() + "/cancel", Map.of()));
    }

    private static void requireFull(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(507);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.body()).contains("storage_full", "MiB left", "nothing was written");
    }

    private static void awaitEchoed(SiteProcess site, int tasks) {
        await("all %d queued tasks are done".formatted(tasks))
                .ignoreException(IOException.class)
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(
                                        site.get("/v1/views/task-counts/echo:succeeded")
                                                .path("count")
                                                .asInt())
                                .isEqualTo(tasks));
    }

    /// How many reports of success there are of some tasks.
    private static long reported(SiteProcess site, Set<String> tasks) throws Exception {
        return events(site, "millrace.task-reports").stream()
                .filter(event -> event.path("type").asText().endsWith(".succeeded"))
                .filter(event -> tasks.contains(event.path("key").asText()))
                .count();
    }

    private static List<JsonNode> events(SiteProcess site, String topic) throws Exception {
        var events = new ArrayList<JsonNode>();
        var after = "";
        for (boolean atEnd = false; !atEnd; ) {
            var page = site.get("/v1/events?topic=" + topic + "&limit=1000" + after);
            page.path("items").forEach(events::add);
            after = "&after=" + page.path("position").asText().replace("@", "%40");
            atEnd = page.path("at_end").asBoolean();
        }
        return events;
    }

    /// The index holds each chunk of each document once, and each task ended once.
    ///
    /// @param more tasks that are no documents
    private static void requireOnce(SiteProcess site, int more) throws Exception {
        var rows = rows(site);
        long chunks = rows.values().stream().mapToLong(row -> row.path("chunks").asLong()).sum();
        var counted = site.post("/v1/search/count", Map.of("documents", List.of()));
        assertThat(SiteProcess.JSON.readTree(counted.body()).path("chunks").asLong())
                .isEqualTo(chunks);
        var ended = new HashSet<String>();
        for (var event : events(site, "millrace.task-events")) {
            if (event.path("type").asText().equals("dev.millrace.task.succeeded")) {
                assertThat(ended.add(event.path("key").asText())).isTrue();
            }
        }
        assertThat(ended).hasSize(rows.size() + more);
    }

    private static Map<String, JsonNode> rows(SiteProcess site) throws Exception {
        var rows = new HashMap<String, JsonNode>();
        var next = "";
        do {
            var page = site.get("/v1/views/documents?limit=1000" + next);
            for (var row : page.path("items")) {
                assertThat(rows.put(row.path("id").asText(), row)).isNull();
            }
            next =
                    page.path("next_token").isTextual()
                            ? "&token=" + page.path("next_token").asText()
                            : "";
        } while (!next.isEmpty());
        return rows;
    }

    private static void run(String... command) throws Exception {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", List.of(command), said).isZero();
    }
}
