package dev.millrace.site.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.site.audit.AcceptedDocument;
import dev.millrace.site.audit.Checker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A distributed site: every role twice, once in a process of its own and once beside the others,
/// on three brokers with TLS and passwords. One broker is killed under a load of documents and
/// tasks; once it is back, each process of each role does its share, and together they do
/// everything once.
@Tag("full")
class ClusterIT {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration ANSWER = Duration.ofMinutes(1);
    private static final int DOCUMENTS_UNDER_FIRE = 40;
    private static final int DOCUMENTS_SHARED = 24;
    private static final int WRITES_BY_TURNS = 3;
    private static final long SEED = 20_261_126;
    private static final List<String> WORKING =
            List.of("decide", "documents", "views", "worker", "search", "gateway");

    private static final List<String> DECIDE = List.of("decide");

    @TempDir private Path folder = Path.of(".");

    private final List<AutoCloseable> running = new ArrayList<>();

    @Test
    void everyRoleTwiceSharesTheWorkAndSurvivesABroker() throws Exception {
        try {
            var kafka = KafkaCluster.start(folder.resolve("kafka"));
            running.add(kafka);
            var ports = new Ports();
            var config = config(kafka, ports);
            var data = folder.resolve("data");
            var processes = processes(data, config, ports);
            processes.forEach(RoleProcess::awaitReady);
            var deciding =
                    processes.stream().filter(one -> one.does("decide")).findFirst().orElseThrow();

            var token = Files.readString(data.resolve("token")).strip();
            try (var first = new GatewayClient(ports.gateway("a"), token);
                    var second = new GatewayClient(ports.gateway("b"), token);
                    var tasks =
                            new SharedTasks(
                                    Map.of(ports.gateway("a"), first, ports.gateway("b"), second),
                                    token,
                                    SEED,
                                    kafka.innerServers(),
                                    ports.registry("a"))) {
                var gateways = List.of(first, second);
                var accepted = new ArrayList<AcceptedDocument>();
                tasks.begin();
                for (int i = 0; i < DOCUMENTS_UNDER_FIRE; i++) {
                    if (i == DOCUMENTS_UNDER_FIRE / 3) {
                        kafka.kill(2);
                    }
                    if (i == 2 * DOCUMENTS_UNDER_FIRE / 3) {
                        deciding.close();
                    }
                    accepted.add(submit(i, gateways));
                }
                awaitSearchable(accepted.size(), gateways);
                tasks.awaitRest();
                kafka.restart(2);
                var again = start(data, config, "a", ports.take(), DECIDE, ports.gatewayFlag("a"));
                processes.set(processes.indexOf(deciding), again);
                again.awaitReady();
                awaitSearchable(accepted.size(), gateways);

                var work = SharedWork.begin(processes, kafka.innerServers());
                for (int i = 0; i < DOCUMENTS_SHARED; i++) {
                    accepted.add(submit(DOCUMENTS_UNDER_FIRE + i, gateways));
                }
                int requests = tasks.goOn();
                var cancelled = tasks.cancelCrosswise();
                awaitSearchable(accepted.size(), gateways);
                tasks.requireOnce(cancelled);
                work.requireShared(DOCUMENTS_SHARED, requests);

                for (var index : List.of("a", "b")) {
                    var checker =
                            Checker.of(
                                    kafka.innerServers(),
                                    ports.registry("a"),
                                    data.resolve("instances").resolve(index).resolve("index"),
                                    first::get);
                    assertThat(checker.violations(accepted)).as("with index %s", index).isEmpty();
                }
                assertThat(workers(first))
                        .as("both workers embedded something")
                        .containsExactlyInAnyOrder("a", "b");
            }
            requireSecret(processes, data);
            requireShared(ports.registry("a"), ports.registry("b"));
            requireRegistriesMeasured(processes);
        } finally {
            for (var part : running.reversed()) {
                part.close();
            }
        }
    }

    /// Submits a document through one of the gateways, by turns.
    private static AcceptedDocument submit(int number, List<GatewayClient> gateways) {
        var random = new Random(SEED + number);
        var name = "mill-%d.txt".formatted(number);
        var text =
                "The wheel number %d turns %d times. "
                        .formatted(number, random.nextInt(100))
                        .repeat(1 + random.nextInt(200));
        var gateway = gateways.get(number % gateways.size());
        var answers = new ArrayList<AcceptedDocument>();
        await(name + " is accepted")
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> {
                    @Nullable AcceptedDocument answer = gateway.submit(name, text);
                    if (answer != null) {
                        answers.add(answer);
                    }
                    return !answers.isEmpty();
                });
        return answers.getFirst();
    }

    private static void awaitSearchable(int documents, List<GatewayClient> gateways) {
        await("every gateway shows every document as searchable, and its index holds it")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> {
                    for (var gateway : gateways) {
                        assertThat(states(gateway)).hasSize(documents).containsOnly("searchable");
                        assertThat(succeeded(gateway)).isEqualTo(documents);
                        assertThat(gateway.indexed()).isEqualTo(chunks(gateway));
                    }
                });
    }

    /// Either registry takes what is written, by turns and at once; what one took in, the other one
    /// has, and has already when it is asked at once.
    private static void requireShared(URI first, URI second) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            for (int i = 0; i < WRITES_BY_TURNS; i++) {
                requireShared(http, "First" + i, first, second);
                requireShared(http, "Second" + i, second, first);
            }
        }
    }

    private static void requireShared(HttpClient http, String name, URI writer, URI reader)
            throws Exception {
        var schema =
                """
                {"schema":"{\\"type\\":\\"fixed\\",\\"name\\":\\"%s\\",\\"size\\":7}"}
                """
                        .formatted(name);
        var register =
                HttpRequest.newBuilder(writer.resolve("/subjects/%s/versions".formatted(name)))
                        .timeout(ANSWER)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(schema))
                        .build();
        var registered = http.send(register, BodyHandlers.ofString());
        assertThat(registered.statusCode()).as(registered.body()).isEqualTo(200);
        long id = new ObjectMapper().readTree(registered.body()).path("id").asLong();
        var found =
                http.send(
                        HttpRequest.newBuilder(reader.resolve("/schemas/ids/" + id))
                                .timeout(ANSWER)
                                .build(),
                        BodyHandlers.ofString());
        assertThat(found.body()).contains(name);
    }

    private static void requireRegistriesMeasured(List<RoleProcess> processes) throws Exception {
        var registries = processes.stream().filter(each -> each.does("registry")).toList();
        assertThat(registries).hasSize(2);
        for (var registry : registries) {
            var metrics = registry.metrics();
            assertThat(
                            metrics.sum(
                                    "millrace_registry_request_seconds_count{operation=\"register\",status=\"200\""))
                    .as("%s", registry)
                    .isGreaterThanOrEqualTo(WRITES_BY_TURNS);
            assertThat(metrics.sum("millrace_registry_schemas"))
                    .as("%s", registry)
                    .isGreaterThanOrEqualTo(2 * WRITES_BY_TURNS);
        }
    }

    /// Kafka's password is on no console and in no log.
    private static void requireSecret(List<RoleProcess> processes, Path data) throws IOException {
        for (var process : processes) {
            assertThat(process.said()).doesNotContain(KafkaCluster.PASSWORD);
        }
        try (var files = Files.walk(data)) {
            var inLogs = data.getFileSystem().getPathMatcher("glob:**/logs/*.log");
            var logs = files.filter(inLogs::matches).toList();
            assertThat(logs).hasSizeGreaterThanOrEqualTo(processes.size());
            for (var log : logs) {
                assertThat(Files.readString(log))
                        .as("%s", log)
                        .doesNotContain(KafkaCluster.PASSWORD);
            }
        }
    }

    private List<RoleProcess> processes(Path data, Path config, Ports ports) throws IOException {
        var processes = new ArrayList<RoleProcess>();
        processes.add(
                start(
                        data,
                        config,
                        "a",
                        ports.take(),
                        List.of("registry"),
                        ports.registryFlag("a")));
        processes.add(
                start(
                        data,
                        config,
                        "b",
                        ports.take(),
                        List.of("registry"),
                        ports.registryFlag("b")));
        for (var role : WORKING) {
            int port =
                    switch (role) {
                        case "views" -> ports.views;
                        case "search" -> ports.search;
                        default -> ports.take();
                    };
            processes.add(start(data, config, "a", port, List.of(role), ports.gatewayFlag("a")));
        }
        processes.add(start(data, config, "b", ports.take(), WORKING, ports.gatewayFlag("b")));
        return processes;
    }

    private RoleProcess start(
            Path data, Path config, String instance, int port, List<String> roles, String flag)
            throws IOException {
        var process = RoleProcess.start(data, config, instance, port, roles, "--set", flag);
        running.add(process);
        return process;
    }

    private Path config(KafkaCluster kafka, Ports ports) throws IOException {
        return Files.writeString(
                folder.resolve("site.properties"),
                """
                millrace.kafka.bootstrap-servers=%s
                millrace.kafka.properties=%s
                millrace.kafka.start-timeout=5m
                millrace.registry.urls=%s,%s
                millrace.views.urls=http://127.0.0.1:%d
                millrace.search.urls=http://127.0.0.1:%d
                """
                        .formatted(
                                kafka.bootstrapServers(),
                                kafka.clientProperties(),
                                ports.registry("a"),
                                ports.registry("b"),
                                ports.views,
                                ports.search));
    }

    private static List<String> states(GatewayClient gateway) throws Exception {
        return StreamSupport.stream(
                        gateway.get("/v1/views/documents?limit=1000").path("items").spliterator(),
                        false)
                .map(row -> row.path("state").asText())
                .toList();
    }

    private static long chunks(GatewayClient gateway) throws Exception {
        return StreamSupport.stream(
                        gateway.get("/v1/views/documents?limit=1000").path("items").spliterator(),
                        false)
                .mapToLong(row -> row.path("chunks").asLong())
                .sum();
    }

    private static long succeeded(GatewayClient gateway) throws Exception {
        return gateway.get("/v1/views/task-counts/ingest:succeeded").path("count").asLong();
    }

    private static List<String> workers(GatewayClient gateway) throws Exception {
        return StreamSupport.stream(
                        gateway.get("/v1/events?limit=1000&topic=millrace.embeddings")
                                .path("items")
                                .spliterator(),
                        false)
                .map(event -> event.path("payload").path("worker").asText())
                .distinct()
                .toList();
    }

    /// Ports that were free a moment ago.
    private static final class Ports {

        private final List<Integer> free = new ArrayList<>();
        private final int views;
        private final int search;
        private final int registryA;
        private final int registryB;
        private final int gatewayA;
        private final int gatewayB;

        Ports() throws IOException {
            var sockets = new ArrayList<ServerSocket>();
            for (int i = 0; i < 16; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            for (var socket : sockets) {
                free.add(socket.getLocalPort());
                socket.close();
            }
            views = take();
            search = take();
            registryA = take();
            registryB = take();
            gatewayA = take();
            gatewayB = take();
        }

        int take() {
            return free.removeLast();
        }

        URI registry(String instance) {
            return URI.create("http://127.0.0.1:" + (instance.equals("a") ? registryA : registryB));
        }

        String registryFlag(String instance) {
            return "millrace.registry.port=" + registry(instance).getPort();
        }

        URI gateway(String instance) {
            return URI.create("http://127.0.0.1:" + (instance.equals("a") ? gatewayA : gatewayB));
        }

        String gatewayFlag(String instance) {
            return "millrace.gateway.port=" + gateway(instance).getPort();
        }
    }
}
