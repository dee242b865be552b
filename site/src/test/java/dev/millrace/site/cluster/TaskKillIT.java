package dev.millrace.site.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.task.TaskId;
import dev.millrace.schemas.topic.WorkTopics;
import dev.millrace.site.audit.TaskChecker;
import dev.millrace.site.audit.TaskTail;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/// Thousands of tasks while workers, decide, gateway and broker are killed with -9 again and again,
/// and once, in the middle, their queues are deleted: afterwards the log is audited. How many of
/// both can be set: `-Dmillrace.test.tasks=4000 -Dmillrace.test.kills=2` is eight kills.
///
/// Who is killed when follows from [#SEED], as far as a clock allows: the order is drawn, before
/// each kill so many more tasks may be submitted, and it waits until a hundred are in flight, as
/// the log has it.
@Tag("full")
class TaskKillIT {

    private static final long SEED = 20_261_127L;
    private static final int TASKS = Integer.getInteger("millrace.test.tasks", 20_000);
    private static final int KILLS_OF_EACH = Integer.getInteger("millrace.test.kills", 8);
    private static final int LEAST_IN_FLIGHT = 100;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @TempDir private Path folder = Path.of(".");

    private final Random random = new Random(SEED);
    private final Map<Part, RoleProcess> running = new EnumMap<>(Part.class);
    private final List<String> kills = new ArrayList<>();

    /// A process that is killed.
    private enum Part {
        BROKER("broker", "site"),
        DECIDE("decide", "site"),
        WORKER("worker", "a"),
        SECOND_WORKER("worker", "b"),
        GATEWAY("gateway", "site");

        static final List<Part> KILLED = List.of(BROKER, DECIDE, WORKER, GATEWAY);

        private final String role;
        private final String instance;

        Part(String role, String instance) {
            this.role = role;
            this.instance = instance;
        }
    }

    @Test
    void everyTaskEndsExactlyOnceAfterAllKills(TestReporter reporter) throws Exception {
        var ports = new Ports();
        var data = Files.createDirectory(folder.resolve("data"));
        var config = config(ports);
        try (var registry = process(data, config, "site", ports.registry(), List.of("registry"))) {
            for (var part : Part.values()) {
                start(part, data, config, ports);
            }
            try (var views = process(data, config, "site", ports.views(), List.of("views"))) {
                registry.awaitReady();
                running.values().forEach(RoleProcess::awaitReady);
                views.awaitReady();
                var token = Files.readString(data.resolve("token")).strip();
                var broker = "127.0.0.1:" + ports.broker();
                var schemas = URI.create("http://127.0.0.1:" + ports.registryApi());
                try (var load = new TaskLoad(ports.gateway(), token, TASKS, SEED);
                        var tail = new TaskTail(broker, schemas)) {
                    load.start();
                    killAll(data, config, ports, load, tail);
                    load.awaitAccepted(PATIENCE);
                    var checker = new TaskChecker(broker, schemas);
                    checker.awaitEnded(load.accepted(), PATIENCE);
                    reporter.publishEntry("kills", String.join(", ", kills));
                    reporter.publishEntry("answers", load.statuses().toString());
                    reporter.publishEntry("seen", checker.counts().toString());
                    assertThat(kills).hasSize(KILLS_OF_EACH * Part.KILLED.size());
                    assertThat(load.accepted()).hasSize(TASKS);
                    assertThat(checker.violations(load.accepted())).as("%s", kills).isEmpty();
                    requireFound(load, views, token, ports);
                }
            }
        } finally {
            running.values().forEach(RoleProcess::close);
        }
    }

    private void killAll(Path data, Path config, Ports ports, TaskLoad load, TaskTail tail)
            throws Exception {
        var order = new ArrayList<Part>();
        for (var part : Part.KILLED) {
            order.addAll(Collections.nCopies(KILLS_OF_EACH, part));
        }
        Collections.shuffle(order, random);
        int step = TASKS / (order.size() + 4);
        int allowed = step;
        for (var part : order) {
            if (kills.size() == order.size() / 2) {
                allowed += step;
                deleteQueues(data, config, ports, load, allowed);
            }
            allowed = Math.min(TASKS, allowed + step);
            load.allow(allowed);
            await("%d tasks in flight; %s".formatted(LEAST_IN_FLIGHT, kills))
                    .atMost(PATIENCE)
                    .until(() -> tail.inFlight() >= LEAST_IN_FLIGHT);
            int inFlight = tail.inFlight();
            requireNonNull(running.get(part)).close();
            kills.add(
                    "%s after %d with %d in flight"
                            .formatted(part.role, load.accepted().size(), inFlight));
            start(part, data, config, ports);
            requireNonNull(running.get(part)).awaitReady();
        }
        load.allow(TASKS);
    }

    /// Deletes the queues when nobody takes what is in them; it is queued once more.
    private void deleteQueues(Path data, Path config, Ports ports, TaskLoad load, int allowed)
            throws Exception {
        var workers = List.of(Part.WORKER, Part.SECOND_WORKER);
        workers.forEach(worker -> requireNonNull(running.get(worker)).close());
        try (var admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + ports.broker()))) {
            long before = written(admin);
            load.allow(allowed);
            await("%d tasks in queues that nobody reads".formatted(LEAST_IN_FLIGHT))
                    .atMost(PATIENCE)
                    .until(() -> written(admin) - before >= LEAST_IN_FLIGHT);
            admin.deleteTopics(queues()).all().get();
        }
        for (var worker : workers) {
            start(worker, data, config, ports);
            requireNonNull(running.get(worker)).awaitReady();
        }
    }

    private static List<String> queues() {
        return WorkTopics.of("echo").stream().map(topic -> topic.name()).toList();
    }

    /// How much was ever written to the queues.
    private static long written(Admin admin) throws Exception {
        var latest = new HashMap<TopicPartition, OffsetSpec>();
        for (var topic : admin.describeTopics(queues()).allTopicNames().get().values()) {
            topic.partitions()
                    .forEach(partition ->
                            latest.put(
                                    new TopicPartition(topic.name(), partition.partition()),
                                    OffsetSpec.latest()));
        }
        return admin.listOffsets(latest).all().get().values().stream()
                .mapToLong(end -> end.offset())
                .sum();
    }

    /// Every client that got a 202 finds its task, by its id and in the list, with the end that the
    /// log has of it.
    private static void requireFound(TaskLoad load, RoleProcess views, String token, Ports ports)
            throws Exception {
        try (var gateway = new GatewayClient(ports.gateway(), token)) {
            for (var task : load.some(200)) {
                await("the task " + task)
                        .atMost(PATIENCE)
                        .pollDelay(Duration.ZERO)
                        .ignoreExceptionsInstanceOf(IOException.class)
                        .until(() -> isOver(gateway.get("/v1/tasks/" + task)));
            }
            await("all tasks are listed, and over")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofSeconds(1))
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> over(gateway).containsAll(load.accepted()));
        }
        assertThat(views.said()).doesNotContain("ERROR");
    }

    private static Set<TaskId> over(GatewayClient gateway)
            throws IOException, InterruptedException {
        var over = new HashSet<TaskId>();
        @Nullable String page = "/v1/tasks?limit=1000";
        while (page != null) {
            var answer = gateway.get(page);
            for (var row : answer.path("items")) {
                if (isOver(row)) {
                    over.add(TaskId.parse(row.path("id").asText()));
                }
            }
            page =
                    answer.hasNonNull("next_token")
                            ? "/v1/tasks?limit=1000&token="
                                    + URLEncoder.encode(answer.path("next_token").asText(), UTF_8)
                            : null;
        }
        return over;
    }

    private static boolean isOver(JsonNode row) {
        return Set.of("succeeded", "failed").contains(row.path("state").asText());
    }

    private void start(Part part, Path data, Path config, Ports ports) throws IOException {
        running.put(
                part,
                process(data, config, part.instance, ports.of(part.name()), List.of(part.role)));
    }

    private static RoleProcess process(
            Path data, Path config, String instance, int port, List<String> roles)
            throws IOException {
        return RoleProcess.start(data, config, instance, port, roles);
    }

    private Path config(Ports ports) throws IOException {
        return Files.writeString(
                folder.resolve("site.properties"),
                """
                millrace.broker.port=%d
                millrace.registry.port=%d
                millrace.gateway.port=%d
                millrace.views.urls=http://127.0.0.1:%d
                millrace.search.urls=http://127.0.0.1:1
                millrace.tasks.requeue-after=10s
                millrace.broker.start-timeout=10m
                millrace.kafka.start-timeout=10m
                """
                        .formatted(
                                ports.broker(),
                                ports.registryApi(),
                                ports.gatewayPort(),
                                ports.views()));
    }

    /// Ports that nobody had when they were chosen.
    private static final class Ports {
        private final Map<String, Integer> chosen = new HashMap<>();

        int of(String name) {
            return chosen.computeIfAbsent(name, _ -> free());
        }

        int broker() {
            return of("kafka");
        }

        int registry() {
            return of("registry");
        }

        int registryApi() {
            return of("registry-api");
        }

        int views() {
            return of("views");
        }

        int gatewayPort() {
            return of("http");
        }

        URI gateway() {
            return URI.create("http://127.0.0.1:" + gatewayPort());
        }

        private static int free() {
            try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException none) {
                throw new IllegalStateException(none);
            }
        }
    }
}
