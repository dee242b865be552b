package dev.millrace.bench.submit;

import dev.millrace.bench.site.BrokerProcess;
import dev.millrace.bench.site.GatewayClient;
import dev.millrace.bench.site.JavaCommand;
import dev.millrace.bench.site.Payload;
import dev.millrace.bench.site.ProcessCost;
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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/// Strimzi's HTTP bridge and a broker with the site's settings, in a process each: a record is one
/// of a topic's, which all brokers that must have it have once the bridge answers.
///
/// The bridge runs as it comes, with acknowledgement by all and idempotent writes as in a site, and
/// without a line of its log for each request. It keeps a producer for each connection.
final class StrimziBridge implements Intake {

    private static final String LIBRARIES = "libs";
    private static final String TOPIC = "submissions";
    private static final String RECORDS = "application/vnd.kafka.json.v2+json";
    private static final Duration LONGEST_START = Duration.ofMinutes(1);
    private static final Duration ANSWER = Duration.ofMinutes(1);
    private static final long LONGEST_STOP_SECONDS = 20;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final BrokerProcess broker;
    private final Process bridge;
    private final URI topic;
    private final Payload payload;

    private StrimziBridge(BrokerProcess broker, Process bridge, int port, Payload payload) {
        this.broker = broker;
        this.bridge = bridge;
        this.topic = URI.create("http://127.0.0.1:" + port + "/topics/" + TOPIC);
        this.payload = payload;
    }

    /// Whether a folder is the unpacked distribution of the bridge, which has `libs` in it.
    static boolean isIn(Path program) {
        return Files.isDirectory(program.resolve(LIBRARIES));
    }

    /// Starts both and waits until the bridge takes a record.
    ///
    /// @param program a folder that [it is in][#isIn]
    /// @param folder for their data; there and empty
    /// @throws IOException if the bridge does not start within a minute
    static StrimziBridge start(Path program, Path folder, Payload payload)
            throws IOException, InterruptedException {
        int port = freePort();
        var broker = BrokerProcess.start(folder, List.of(TOPIC));
        try {
            var settings = folder.resolve("bridge.properties");
            Files.writeString(settings, settings(broker.bootstrapServers(), port, freePort()));
            var bridge =
                    new ProcessBuilder(
                                    JavaCommand.tool("java"),
                                    "-Dvertx.cacheDirBase=" + folder.resolve("vertx"),
                                    "-cp",
                                    program.resolve(LIBRARIES).toAbsolutePath() + "/*",
                                    "io.strimzi.kafka.bridge.Application",
                                    "--config-file=" + settings.toAbsolutePath())
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("bridge.txt").toFile())
                            .start();
            // Interrupted, a benchmark leaves nothing behind.
            Runtime.getRuntime().addShutdownHook(new Thread(bridge::destroyForcibly));
            var intake = new StrimziBridge(broker, bridge, port, payload);
            try {
                intake.awaitFirst(folder.resolve("bridge.txt"));
                return intake;
            } catch (IOException | InterruptedException failure) {
                bridge.destroyForcibly();
                throw failure;
            }
        } catch (IOException | InterruptedException failure) {
            broker.close();
            throw failure;
        }
    }

    private static String settings(String bootstrapServers, int port, int managementPort) {
        return """
        bridge.id=bench
        kafka.bootstrap.servers=%s
        kafka.producer.acks=all
        kafka.producer.enable.idempotence=true
        http.host=127.0.0.1
        http.port=%d
        http.management.port=%d
        http.consumer.enabled=false
        http.producer.enabled=true
        """
                .formatted(bootstrapServers, port, managementPort);
    }

    private void awaitFirst(Path output) throws IOException, InterruptedException {
        long until = System.nanoTime() + LONGEST_START.toNanos();
        while (!takesOne()) {
            if (System.nanoTime() > until || !bridge.isAlive()) {
                throw new IOException("the bridge did not start: " + Files.readString(output));
            }
            Thread.sleep(200);
        }
    }

    private boolean takesOne() {
        try {
            return send(0, 1).join();
        } catch (CompletionException _) {
            return false; // it does not listen yet
        }
    }

    @Override
    public CompletableFuture<Boolean> send(int first, int count) {
        var body = GatewayClient.JSON.createObjectNode();
        var records = body.putArray("records");
        for (int i = 0; i < count; i++) {
            records.addObject()
                    .put("key", Integer.toString(first + i))
                    .set("value", payload.json(first + i));
        }
        var request =
                HttpRequest.newBuilder(topic)
                        .timeout(ANSWER)
                        .header("Content-Type", RECORDS)
                        .POST(BodyPublishers.ofString(body.toString()))
                        .build();
        return http.sendAsync(request, BodyHandlers.ofString())
                .thenApply(answer -> areTaken(answer, count));
    }

    private static boolean areTaken(HttpResponse<String> answer, int count) {
        int taken = 0;
        for (var one : GatewayClient.read(answer).path("offsets")) {
            taken += one.has("offset") ? 1 : 0;
        }
        return taken == count;
    }

    @Override
    public double cpuSeconds() throws IOException {
        return ProcessCost.cpuSecondsOf(bridge.pid()) + ProcessCost.cpuSecondsOf(broker.pid());
    }

    @Override
    public double residentMiB() throws IOException {
        return ProcessCost.residentMiB(bridge.pid()) + ProcessCost.residentMiB(broker.pid());
    }

    @Override
    public void close() throws IOException {
        http.shutdownNow();
        try (broker) {
            bridge.destroy();
            if (!bridge.waitFor(LONGEST_STOP_SECONDS, TimeUnit.SECONDS)) {
                bridge.destroyForcibly();
            }
        } catch (InterruptedException _) {
            bridge.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
