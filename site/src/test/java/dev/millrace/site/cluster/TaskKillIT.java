package dev.millrace.site.cluster;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.domain.task.TaskId;
import dev.millrace.schemas.topic.WorkTopics;
import dev.millrace.site.audit.TaskChecker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/// Thousands of tasks while workers, decide, gateway and broker are killed with -9 again and again,
/// and once their queues are deleted: afterwards the log is audited. How many of both can be set:
/// `-Dmillrace.test.tasks=4000 -Dmillrace.test.kills=2` is eight kills.
///
/// Who is killed when follows from [#SEED], as far as a clock allows: the order is drawn, before
/// each kill so many more tasks may be submitted, and it waits until a hundred are in flight.
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
        GATEWAY("gateway", "site");

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
            try (var second = process(data, config, "b", ports.spare(), List.of("worker"));
                    var views = process(data, config, "site", ports.views(), List.of("views"))) {
                registry.awaitReady();
                running.values().forEach(RoleProcess::awaitReady);
                second.awaitReady();
                views.awaitReady();
                var token = Files.readString(data.resolve("token")).strip();
                try (var load = new TaskLoad(ports.gateway(), token, TASKS, SEED)) {
                    load.start();
                    killAll(data, config, ports, load);
                    deleteQueues(ports);
                    load.awaitAccepted(PATIENCE);
                    var checker =
                            new TaskChecker(
                                    "127.0.0.1:" + ports.broker(),
                                    URI.create("http://127.0.0.1:" + ports.registryApi()));
                    checker.awaitEnded(load.accepted(), PATIENCE);
                    reporter.publishEntry("kills", String.join(", ", kills));
                    reporter.publishEntry("answers", load.statuses().toString());
                    reporter.publishEntry("seen", checker.counts().toString());
                    assertThat(kills).hasSize(KILLS_OF_EACH * Part.values().length);
                    assertThat(load.accepted()).hasSize(TASKS);
                    assertThat(checker.violations(load.accepted())).as("%s", kills).isEmpty();
                    requireFound(load, views, token, ports);
                }
            }
        } finally {
            running.values().forEach(RoleProcess::close);
        }
    }

    private void killAll(Path data, Path config, Ports ports, TaskLoad load) throws Exception {
        var order = new ArrayList<Part>();
        for (var part : Part.values()) {
            order.addAll(Collections.nCopies(KILLS_OF_EACH, part));
        }
        Collections.shuffle(order, random);
        int step = TASKS / (order.size() + 4);
        int allowed = step;
        for (var part : order) {
            allowed = Math.min(TASKS, allowed + step);
            load.allow(allowed);
            await("%d tasks in flight; %s".formatted(LEAST_IN_FLIGHT, kills))
                    .atMost(PATIENCE)
                    .until(() -> load.inFlight() >= LEAST_IN_FLIGHT);
            int inFlight = load.inFlight();
            requireNonNull(running.get(part)).close();
            kills.add(
                    "%s after %d with %d in flight"
                            .formatted(part.role, load.accepted().size(), inFlight));
            start(part, data, config, ports);
            requireNonNull(running.get(part)).awaitReady();
        }
        load.allow(TASKS);
    }

    /// What was queued is queued once more, since nobody takes it.
    private void deleteQueues(Ports ports) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + ports.broker()))) {
            admin.deleteTopics(WorkTopics.of("echo").stream().map(topic -> topic.name()).toList())
                    .all()
                    .get();
        }
    }

    /// Every client that got a 202 finds its task.
    private static void requireFound(TaskLoad load, RoleProcess views, String token, Ports ports)
            throws Exception {
        try (var gateway = new GatewayClient(ports.gateway(), token)) {
            for (TaskId task : load.some(200)) {
                await("the task " + task)
                        .atMost(PATIENCE)
                        .ignoreExceptionsInstanceOf(IOException.class)
                        .until(
                                () -> gateway.get("/v1/tasks/" + task).path("state").asText(),
                                state -> state.equals("succeeded") || state.equals("failed"));
            }
        }
        assertThat(views.said()).doesNotContain("ERROR");
    }

    private void start(Part part, Path data, Path config, Ports ports) throws IOException {
        running.put(
                part,
                process(data, config, part.instance, ports.of(part.role), List.of(part.role)));
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

        int spare() {
            return of("second worker");
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
