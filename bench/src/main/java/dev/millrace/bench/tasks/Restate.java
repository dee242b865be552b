package dev.millrace.bench.tasks;

import dev.millrace.bench.site.GatewayClient;
import dev.millrace.bench.site.ProcessCost;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Restate as its makers ship it on npm, its server and its service in a process each, on free
/// ports of the loopback address, without telemetry.
final class Restate implements Engine {

    private static final Duration LONGEST_START = Duration.ofMinutes(1);
    private static final Duration ANSWER = Duration.ofMinutes(2);
    private static final long LONGEST_STOP_SECONDS = 60;
    private static final List<String> SERVERS =
            List.of(
                    "node_modules/@restatedev/restate-server-linux-x64/bin/restate-server",
                    "node_modules/@restatedev/restate-server-linux-arm64/bin/restate-server");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI ingress;
    private final Process server;
    private final Process service;

    private Restate(Process server, Process service, int ingressPort) {
        this.server = server;
        this.service = service;
        this.ingress = URI.create("http://127.0.0.1:" + ingressPort);
    }

    /// Starts it and waits until it answers.
    ///
    /// @param program the folder `bench/restate`, after `npm ci` in it
    /// @param folder for its data; there
    /// @throws IOException if it is not installed there, or does not start within a minute
    static Restate start(Path program, Path folder) throws IOException, InterruptedException {
        var binary =
                SERVERS.stream()
                        .map(program::resolve)
                        .filter(Files::isExecutable)
                        .findFirst()
                        .orElseThrow(() ->
                                new IOException(
                                        program
                                                + ": Restate is not installed there (expected:"
                                                + " bench/restate, after `npm ci` in it)"));
        int ingress = freePort();
        int admin = freePort();
        int port = freePort();
        var starting = new ProcessBuilder(binary.toAbsolutePath().toString(), "--no-logo");
        starting.environment()
                .putAll(
                        Map.of(
                                "RESTATE_BASE_DIR", folder.toAbsolutePath().toString(),
                                "RESTATE_DISABLE_TELEMETRY", "true",
                                "RESTATE_LISTEN_MODE", "tcp",
                                "RESTATE_BIND_IP", "127.0.0.1",
                                "RESTATE_BIND_PORT", Integer.toString(freePort()),
                                "RESTATE_INGRESS__BIND_PORT", Integer.toString(ingress),
                                "RESTATE_ADMIN__BIND_PORT", Integer.toString(admin)));
        var server = started(starting, folder.resolve("server.txt"));
        var service =
                started(
                        new ProcessBuilder("node", "steps.mjs", Integer.toString(port))
                                .directory(program.toFile()),
                        folder.resolve("service.txt"));
        var restate = new Restate(server, service, ingress);
        try {
            restate.register(admin, port, folder);
        } catch (IOException | InterruptedException failure) {
            restate.close();
            throw failure;
        }
        return restate;
    }

    @Override
    public String name() {
        return "Restate";
    }

    @Override
    public String durability() {
        return "in the log of one node, synced to the disk";
    }

    @Override
    public CompletableFuture<Boolean> task(int steps, int number) {
        return post("/steps/" + (steps == 1 ? "one" : "three"), number)
                .thenApply(answer -> answer.equals(body(number)));
    }

    private CompletableFuture<String> post(String path, int number) {
        var request =
                HttpRequest.newBuilder(ingress.resolve(path))
                        .timeout(ANSWER)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body(number)))
                        .build();
        return http.sendAsync(request, BodyHandlers.ofString())
                .thenApply(answer -> answer.statusCode() == 200 ? answer.body() : "");
    }

    private static String body(int number) {
        return "{\"n\":" + number + "}";
    }

    /// Tells the server where its service is, as soon as both listen.
    private void register(int admin, int port, Path folder)
            throws IOException, InterruptedException {
        var where = GatewayClient.JSON.createObjectNode().put("uri", "http://127.0.0.1:" + port);
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/deployments"))
                        .timeout(LONGEST_START)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(where.toString()))
                        .build();
        long until = System.nanoTime() + LONGEST_START.toNanos();
        while (!isGood(request) || !post("/steps/one", 0).join().equals(body(0))) {
            if (System.nanoTime() > until || !server.isAlive() || !service.isAlive()) {
                throw new IOException(
                        "Restate did not start: "
                                + Files.readString(folder.resolve("server.txt"))
                                + Files.readString(folder.resolve("service.txt")));
            }
            Thread.sleep(200);
        }
    }

    private boolean isGood(HttpRequest request) throws InterruptedException {
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode() < 300;
        } catch (IOException _) {
            return false; // it does not listen yet
        }
    }

    @Override
    public double cpuSeconds() throws IOException {
        return ProcessCost.cpuSecondsOf(server.pid()) + ProcessCost.cpuSecondsOf(service.pid());
    }

    @Override
    public double residentMiB() throws IOException {
        return ProcessCost.residentMiB(server.pid()) + ProcessCost.residentMiB(service.pid());
    }

    @Override
    public void close() {
        http.shutdownNow();
        service.destroyForcibly();
        server.destroy();
        try {
            if (server.waitFor(LONGEST_STOP_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        server.destroyForcibly();
    }

    private static Process started(ProcessBuilder program, Path output) throws IOException {
        var process = program.redirectErrorStream(true).redirectOutput(output.toFile()).start();
        // Interrupted, a benchmark leaves nothing behind.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return process;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
