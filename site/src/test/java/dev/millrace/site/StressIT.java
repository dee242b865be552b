package dev.millrace.site;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.site.audit.Logged;
import dev.millrace.site.audit.TaskTail;
import dev.millrace.site.role.Role;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// Very many tasks at once, and tasks in bad hands, on one real site. The log is read beside it.
///
/// How many there are can be set: `-Dmillrace.test.many=…` for the first two, `.chain` and `.flood`
/// for the others of that sort. Each test prints what it measured; the flood comes last, because it
/// leaves a large view behind.
@Tag("full")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StressIT {

    private static final int MANY = Integer.getInteger("millrace.test.many", 10_000);
    private static final int CHAIN = Integer.getInteger("millrace.test.chain", 10_000);
    private static final int FLOOD = Integer.getInteger("millrace.test.flood", 100_000);
    private static final int BATCH = 1_000;
    private static final Duration LEAD = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration PROMPT = Duration.ofSeconds(10);

    @TempDir private static Path folder = Path.of(".");

    private static @Nullable SiteProcess running;

    @SuppressWarnings("NullAway.Init") // opened before each test
    private TaskTail tail;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        running = SiteProcess.startForLoad(folder.resolve("data"));
        tasks().register("gate", "idle", "hung", "race", "two");
    }

    @AfterAll
    static void stop() throws InterruptedException {
        assertThat(site().stop()).as("the site stops when it is asked to").isTrue();
    }

    @BeforeEach
    void open() throws IOException {
        tail =
                new TaskTail(
                        site().bootstrapServers(),
                        URI.create(SiteProcess.address(site().data(), Role.REGISTRY)));
    }

    @AfterEach
    void close() {
        tail.close();
    }

    @Test
    @Order(1)
    void manyTasksOfOneSecondWaitForTheirMomentAndAreDoneOnce() throws Exception {
        submit(4 * BATCH, i -> echo(i, "priority", "low")); // a cold site would foretell minutes
        var warm = Instant.now();
        submit(BATCH, i -> echo(i, "priority", "low"));
        var begun = Instant.now();
        var pace = Duration.between(warm, begun).dividedBy(BATCH);
        var second =
                begun.plus(pace.multipliedBy(2L * MANY)).plus(LEAD).truncatedTo(ChronoUnit.SECONDS);
        var tasks = submit(MANY, i -> echo(i, "not_before", moment(second, i).toString()));
        var submitted = Instant.now();
        assertThat(submitted).as("all wait together").isBefore(second);

        tail.awaitEnded(tasks, PATIENCE);

        assertSucceeded(tasks);
        for (int i = 0; i < MANY; i++) {
            var due = moment(second, i);
            assertThat(tail.of(tasks.get(i)))
                    .filteredOn(event -> !(event.message() instanceof TaskEvent.Submitted))
                    .allSatisfy(event -> assertThat(event.envelope().time()).isAfterOrEqualTo(due));
        }
        print(
                "due at once: %,d tasks submitted %s, done from their moment on %s"
                        .formatted(
                                MANY,
                                rate(MANY, begun, submitted),
                                rate(MANY, second, tail.lastEnded(tasks))));
    }

    @Test
    @Order(2)
    void taskThatWaitsForThousandsBeginsLast() throws Exception {
        var root = submit("gate", Map.of());
        var begun = Instant.now();
        var fan = submit(MANY, i -> echo(i, "after", List.of(root.toString())));
        var submitted = Instant.now();
        var last = submit("echo", Map.of("after", fan.stream().map(TaskId::toString).toList()));
        var joined = Instant.now();
        var gate = tasks().claim("gate", Map.of("wait_ms", 20_000));
        assertThat(tasks().say("gate", "complete", gate, said("complete")).statusCode())
                .isEqualTo(200);

        tail.awaitEnded(fan, PATIENCE);
        tail.awaitEnded(List.of(root, last), PATIENCE);

        assertSucceeded(fan);
        assertSucceeded(List.of(root, last));
        var opened = tail.ended(root);
        var closed = tail.lastEnded(fan);
        assertThat(fan).allSatisfy(task -> assertThat(tail.queued(task)).isAfterOrEqualTo(opened));
        assertThat(tail.queued(last)).isAfterOrEqualTo(closed);
        print(
                ("fan: %,d tasks after one submitted %s, one after them in %.1f s; done from their root"
                                + " on %s, the last %.1f s later")
                        .formatted(
                                MANY,
                                rate(MANY, begun, submitted),
                                seconds(submitted, joined),
                                rate(MANY, opened, closed),
                                seconds(closed, tail.ended(last))));
    }

    @Test
    @Order(3)
    void chainIsDoneLinkByLink() throws Exception {
        var begun = Instant.now();
        var tasks = new ArrayList<TaskId>();
        while (tasks.size() < CHAIN) {
            var before = tasks.isEmpty() ? List.<String>of() : List.of(tasks.getLast().toString());
            var links = new ArrayList<Map<String, Object>>();
            for (int i = 0; i < Math.min(BATCH, CHAIN - tasks.size()); i++) {
                var link =
                        new HashMap<>(echo(i, "after", i == 0 ? before : List.of("r" + (i - 1))));
                link.put("ref", "r" + i);
                links.add(link);
            }
            tasks.addAll(tasks().submit(links));
        }
        var submitted = Instant.now();

        tail.awaitEnded(tasks, PATIENCE);

        assertSucceeded(tasks);
        var asked = new ArrayList<Duration>();
        var done = new ArrayList<Duration>();
        for (int i = 1; i < tasks.size(); i++) {
            var before = tail.ended(tasks.get(i - 1));
            var queued = tail.queued(tasks.get(i));
            assertThat(queued).isAfterOrEqualTo(before);
            asked.add(Duration.between(before, queued));
            done.add(Duration.between(queued, tail.ended(tasks.get(i))));
        }
        print(
                ("chain: %,d links submitted %s, all done after %.1f s; in the median a link is told"
                                + " %d ms after the report of the one before, and reported %d ms later")
                        .formatted(
                                CHAIN,
                                rate(CHAIN, begun, submitted),
                                seconds(begun, tail.lastEnded(tasks)),
                                median(asked),
                                median(done)));
    }

    @Test
    @Order(4)
    void taskThatAlwaysFailsFailsAfterItsLastAttempt() throws Exception {
        var retries = Map.of("max_attempts", 7, "first_wait_ms", 20, "longest_wait_ms", 100);
        var task = submit("echo", Map.of("input", Map.of("fail_times", 1_000), "retries", retries));
        tail.awaitEnded(List.of(task), PATIENCE);

        assertThat(tail.faults(List.of(task))).isEmpty();
        assertThat(tail.of(task))
                .extracting(Logged::message)
                .filteredOn(TaskEvent.AttemptFailed.class::isInstance)
                .extracting(event -> ((TaskEvent.AttemptFailed) event).attempt())
                .containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(tail.end(task))
                .isInstanceOfSatisfying(
                        TaskEvent.Failed.class,
                        failed -> {
                            assertThat(failed.attempt()).isEqualTo(7);
                            assertThat(failed.failure().code()).isEqualTo("drill");
                        });
    }

    /// One silent attempt is for `HttpWorkersIT`; here there is no other worker.
    @Test
    @Order(5)
    void taskWhoseWorkersAllHangFails() throws Exception {
        var task =
                submit("hung", Map.of("retries", Map.of("max_attempts", 2, "first_wait_ms", 50)));
        var claimed = new ArrayList<JsonNode>();
        for (int attempt = 1; attempt <= 2; attempt++) {
            var item = tasks().claim("hung", Map.of("wait_ms", 30_000, "lease_ms", 1_000));
            assertThat(item.path("attempt").asInt()).isEqualTo(attempt);
            claimed.add(item);
        }
        tail.awaitEnded(List.of(task), PATIENCE);

        for (var item : claimed) {
            TaskApi.assertRefused(
                    tasks().say("hung", "complete", item, said("complete")), 409, "already_ended");
        }
        assertThat(tail.faults(List.of(task))).isEmpty();
        assertThat(tail.end(task))
                .isInstanceOfSatisfying(
                        TaskEvent.Failed.class,
                        failed -> {
                            assertThat(failed.attempt()).isEqualTo(2);
                            assertThat(failed.failure().code()).isEqualTo("lease_expired");
                        });
    }

    @Test
    @Order(6)
    void oneOfTwoReportsAtOnceEndsTheTask() throws Exception {
        for (int round = 0; round < 20; round++) {
            var task = submit("race", Map.of());
            var item = tasks().claim("race", Map.of("wait_ms", 20_000));
            List<Callable<HttpResponse<String>>> reports =
                    List.of(
                            () -> tasks().say("race", "complete", item, said("complete")),
                            () -> tasks().say("race", "fail", item, said("fail")));
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var answers = new ArrayList<Integer>();
                for (var answer : threads.invokeAll(reports)) {
                    answers.add(answer.get().statusCode());
                }
                assertThat(answers).containsExactlyInAnyOrder(200, 409);
            }
            tail.awaitEnded(List.of(task), PATIENCE);
            assertThat(tail.faults(List.of(task))).isEmpty();
        }
    }

    @Test
    @Order(7)
    void whoHoldsOneTaskCannotSpeakOfAnother() throws Exception {
        submit("two", Map.of());
        submit("two", Map.of());
        var mine = tasks().claim("two", Map.of("wait_ms", 20_000, "worker", "a"));
        var other = tasks().claim("two", Map.of("wait_ms", 20_000, "worker", "b"));
        var forged =
                ((ObjectNode) other.deepCopy())
                        .put("claim_token", mine.path("claim_token").asText());
        for (var verb : List.of("complete", "fail", "release", "heartbeat")) {
            TaskApi.assertRefused(tasks().say("two", verb, forged, said(verb)), 403, "bad_claim");
        }
        for (var item : List.of(mine, other)) {
            assertThat(tasks().say("two", "complete", item, said("complete")).statusCode())
                    .isEqualTo(200);
        }
        var task = TaskId.parse(other.path("task").asText());
        tail.awaitEnded(List.of(task), PATIENCE);

        assertSucceeded(List.of(task));
        assertThat(tail.of(task))
                .extracting(Logged::message)
                .filteredOn(TaskEvent.Refused.class::isInstance)
                .extracting(event -> ((TaskEvent.Refused) event).reason())
                .containsOnly(TaskEvent.Reason.BAD_CLAIM)
                .hasSize(4);
    }

    @Test
    @Order(8)
    void floodThatNobodyTakesIsCancelledByOneCommand() throws Exception {
        var begun = Instant.now();
        var tasks = submit(FLOOD, i -> Map.of("kind", "idle", "input", Map.of("n", i)));
        var submitted = Instant.now();
        var beside = prompt();
        var asked = Instant.now();

        var result = cancelAll("idle");

        var cancelled = Instant.now();
        assertThat(result.path("cancelled").asInt() + result.path("ended_before").asInt())
                .as("%s", result)
                .isEqualTo(FLOOD);
        var afterwards = prompt();
        assertThat(afterwards).isLessThan(PROMPT);
        tail.awaitEnded(tasks, PATIENCE);
        assertThat(tail.faults(tasks)).isEmpty();
        assertThat(tasks).extracting(tail::end).hasOnlyElementsOfType(TaskEvent.Cancelled.class);
        print(
                ("flood: %,d tasks submitted %s, cancelled %s; an echo takes %d ms beside them, %d ms"
                                + " afterwards")
                        .formatted(
                                FLOOD,
                                rate(FLOOD, begun, submitted),
                                rate(FLOOD, asked, cancelled),
                                beside.toMillis(),
                                afterwards.toMillis()));
    }

    private static JsonNode cancelAll(String kind) throws IOException, InterruptedException {
        var data = site().data().toString();
        var process =
                SiteProcess.command(
                                "task", "cancel", "--all", "--kind", kind, "--yes", "-o", "json",
                                "--data", data)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isZero();
        return SiteProcess.JSON.readTree(out);
    }

    /// How long a task takes that is over at once, until its report is in the log.
    private Duration prompt() throws Exception {
        var before = Instant.now();
        var task = submit("echo", Map.of("priority", "high"));
        tail.awaitEnded(List.of(task), PATIENCE);
        assertSucceeded(List.of(task));
        return Duration.between(before, tail.ended(task));
    }

    private static Map<String, Object> echo(int n, String term, Object value) {
        return Map.of("kind", "echo", "input", Map.of("n", n), term, value);
    }

    private static TaskId submit(String kind, Map<String, Object> terms)
            throws IOException, InterruptedException {
        return TaskId.parse(tasks().submit(kind, Map.of(), terms));
    }

    private static List<TaskId> submit(int count, IntFunction<Map<String, Object>> task)
            throws IOException, InterruptedException {
        var all = new ArrayList<TaskId>();
        while (all.size() < count) {
            int end = Math.min(count, all.size() + BATCH);
            all.addAll(tasks().submit(IntStream.range(all.size(), end).mapToObj(task).toList()));
        }
        return all;
    }

    private static Map<String, Object> said(String verb) {
        return switch (verb) {
            case "complete" -> Map.of("output", Map.of());
            case "fail" -> Map.of("error", Map.of("code", "no"), "retryable", false);
            case "heartbeat" -> Map.of("lease_ms", 30_000);
            default -> Map.of();
        };
    }

    private void assertSucceeded(List<TaskId> tasks) {
        assertThat(tail.faults(tasks)).isEmpty();
        assertThat(tasks).extracting(tail::end).hasOnlyElementsOfType(TaskEvent.Succeeded.class);
    }

    private static Instant moment(Instant second, int i) {
        return second.plusMillis(i % 1_000);
    }

    private static void print(String found) {
        System.out.println("stress: " + found);
    }

    private static String rate(int count, Instant from, Instant to) {
        return "in %.1f s (%,.0f/s)".formatted(seconds(from, to), count / seconds(from, to));
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1000.0;
    }

    private static long median(List<Duration> times) {
        return times.stream().sorted().skip(times.size() / 2).findFirst().orElseThrow().toMillis();
    }

    private static TaskApi tasks() {
        return new TaskApi(site());
    }

    private static SiteProcess site() {
        if (running == null) {
            throw new IllegalStateException("there is no site");
        }
        return running;
    }
}
