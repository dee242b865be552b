package dev.millrace.site.cluster;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/// Three real brokers, each a process of its own and a KRaft controller too; clients need TLS and a
/// password. Three copies of everything, two of which must be there to write.
final class KafkaCluster implements AutoCloseable {

    static final int BROKERS = 3;

    private static final String USER = "millrace";
    static final String PASSWORD = "correct-horse-battery-staple";
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int HEAP_MEBIBYTES = 384;

    private final Path folder;
    private final List<Node> nodes;
    private final List<Process> processes = new ArrayList<>();

    private KafkaCluster(Path folder, List<Node> nodes) {
        this.folder = folder;
        this.nodes = nodes;
    }

    /// Starts all three and returns at once: clients wait by themselves.
    static KafkaCluster start(Path folder) throws Exception {
        Files.createDirectories(folder);
        var cluster = new KafkaCluster(folder, ports());
        cluster.makeCertificate();
        var id = Uuid.randomUuid().toString();
        for (int node = 1; node <= BROKERS; node++) {
            cluster.format(node, id);
            cluster.processes.add(cluster.run(node));
        }
        return cluster;
    }

    /// Where clients prove who they are.
    String bootstrapServers() {
        return addresses(nodes.stream().map(Node::client).toList());
    }

    /// Where the brokers speak among themselves, without TLS: for the test's own clients.
    String innerServers() {
        return addresses(nodes.stream().map(Node::inner).toList());
    }

    /// The file that says how clients prove who they are.
    Path clientProperties() throws IOException {
        return Files.writeString(
                folder.resolve("client.properties"),
                """
                security.protocol=SASL_SSL
                sasl.mechanism=PLAIN
                sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="%s" password="%s";
                ssl.truststore.location=%s
                ssl.truststore.type=PKCS12
                ssl.truststore.password=%s
                """
                        .formatted(USER, PASSWORD, store("trust.p12"), PASSWORD));
    }

    /// Ends a broker as a power cut would.
    void kill(int node) throws InterruptedException {
        processes.get(node - 1).destroyForcibly().waitFor(30, TimeUnit.SECONDS);
    }

    /// Starts a broker again on what it had, and waits until it has caught up with the others.
    void restart(int node) throws IOException {
        processes.set(node - 1, run(node));
        try (var admin = Admin.create(Map.of("bootstrap.servers", innerServers()))) {
            await("every partition has all copies")
                    .atMost(PATIENCE)
                    .ignoreExceptionsInstanceOf(ExecutionException.class)
                    .until(() -> copiesMissing(admin) == 0);
        }
    }

    private static long copiesMissing(Admin admin) throws Exception {
        var options = new ListTopicsOptions().listInternal(true);
        var topics = admin.listTopics(options).names().get();
        return admin.describeTopics(topics).allTopicNames().get().values().stream()
                .flatMap(topic -> topic.partitions().stream())
                .mapToLong(partition -> BROKERS - partition.isr().size())
                .sum();
    }

    @Override
    public void close() {
        for (var process : processes) {
            process.destroyForcibly().onExit().orTimeout(30, TimeUnit.SECONDS).join();
        }
    }

    private void format(int node, String id) throws Exception {
        var log = folder.resolve("node-" + node);
        new Formatter()
                .setNodeId(node)
                .setClusterId(id)
                .setDirectories(List.of(log.toString()))
                .setMetadataLogDirectory(log.toString())
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setControllerListenerName("CONTROLLER")
                .setPrintStream(
                        new PrintStream(
                                OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .run();
        Files.writeString(folder.resolve("node-" + node + ".properties"), settings(node, log));
    }

    private String settings(int node, Path log) {
        var own = nodes.get(node - 1);
        var voters =
                java.util.stream.IntStream.rangeClosed(1, BROKERS)
                        .mapToObj(each -> each + "@127.0.0.1:" + nodes.get(each - 1).controller)
                        .collect(Collectors.joining(","));
        return """
        process.roles=broker,controller
        node.id=%d
        controller.quorum.voters=%s
        listeners=CLIENT://127.0.0.1:%d,INNER://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d
        listener.security.protocol.map=CLIENT:SASL_SSL,INNER:PLAINTEXT,CONTROLLER:PLAINTEXT
        inter.broker.listener.name=INNER
        controller.listener.names=CONTROLLER
        listener.name.client.sasl.enabled.mechanisms=PLAIN
        listener.name.client.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_%s="%s";
        ssl.keystore.location=%s
        ssl.keystore.type=PKCS12
        ssl.keystore.password=%s
        log.dirs=%s
        auto.create.topics.enable=false
        default.replication.factor=3
        min.insync.replicas=2
        offsets.topic.replication.factor=3
        offsets.topic.num.partitions=4
        transaction.state.log.replication.factor=3
        transaction.state.log.min.isr=2
        transaction.state.log.num.partitions=4
        share.coordinator.state.topic.replication.factor=3
        share.coordinator.state.topic.min.isr=2
        share.coordinator.state.topic.num.partitions=4
        group.initial.rebalance.delay.ms=0
        log.cleaner.dedupe.buffer.size=8388608
        num.network.threads=2
        num.io.threads=2
        """
                .formatted(
                        node,
                        voters,
                        own.client,
                        own.inner,
                        own.controller,
                        USER,
                        PASSWORD,
                        store("key.p12"),
                        PASSWORD,
                        log);
    }

    private Process run(int node) throws IOException {
        return Jvm.start(
                folder.resolve("node-" + node + ".out"),
                HEAP_MEBIBYTES,
                "kafka.Kafka",
                List.of(folder.resolve("node-" + node + ".properties").toString()));
    }

    private void makeCertificate() throws Exception {
        keytool(
                "-genkeypair",
                "-alias",
                "kafka",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=ip:127.0.0.1,dns:localhost",
                "-keystore",
                store("key.p12").toString());
        var certificate = store("kafka.crt").toString();
        keytool(
                "-exportcert",
                "-alias",
                "kafka",
                "-file",
                certificate,
                "-keystore",
                store("key.p12").toString());
        keytool(
                "-importcert",
                "-noprompt",
                "-alias",
                "kafka",
                "-file",
                certificate,
                "-keystore",
                store("trust.p12").toString());
    }

    private static void keytool(String... arguments) throws Exception {
        var line = new ArrayList<String>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        line.addAll(List.of(arguments));
        line.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
        var process = new ProcessBuilder(line).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("keytool: " + said);
        }
    }

    private Path store(String name) {
        return folder.resolve(name);
    }

    private static String addresses(List<Integer> ports) {
        return ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    }

    private static List<Node> ports() throws IOException {
        var sockets = new ArrayList<ServerSocket>();
        try {
            for (int i = 0; i < 3 * BROKERS; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            var nodes = new ArrayList<Node>();
            for (int i = 0; i < sockets.size(); i += 3) {
                nodes.add(
                        new Node(
                                sockets.get(i).getLocalPort(),
                                sockets.get(i + 1).getLocalPort(),
                                sockets.get(i + 2).getLocalPort()));
            }
            return nodes;
        } finally {
            for (var socket : sockets) {
                socket.close();
            }
        }
    }

    private record Node(int client, int inner, int controller) {}
}
