package dev.millrace.schemas.registry.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/// Apicurio Registry in a process of its own, on free ports of the loopback address, its schemas in
/// a file.
///
/// Maven unpacks it under the profile `full` and says where; without that a start fails, as does
/// one that takes longer than [#START_SECONDS].
final class ApicurioProcess implements RegistryUnderTest {

    private static final int START_SECONDS = 300;
    private static final int STOP_SECONDS = 60;
    private static final int MAX_LINES_SHOWN = 30;

    // The line in which Quarkus names the ports that it was given.
    private static final Pattern LISTENING =
            Pattern.compile(
                    "Listening on: (http://127\\.0\\.0\\.1:\\d+)\\. Management interface listening on (http://127\\.0\\.0\\.1:\\d+)");

    private final Path data;
    private Process process;
    private URI uri;

    private ApicurioProcess(Path data) throws IOException, InterruptedException {
        this.data = data;
        this.process = launched(data);
        this.uri = ready(process);
    }

    static ApicurioProcess start(Path data) throws IOException, InterruptedException {
        return new ApicurioProcess(data);
    }

    @Override
    public URI uri() {
        return uri;
    }

    @Override
    public void restart() throws IOException, InterruptedException {
        close();
        process = launched(data);
        uri = ready(process);
    }

    @Override
    public Set<Difference> differences() {
        return EnumSet.complementOf(EnumSet.of(Difference.LEVEL_AT_FIRST_IS_TRANSITIVE));
    }

    /// Asks the process to end, so that its file is whole, and makes it end if it does not.
    @Override
    public void close() {
        process.destroy();
        try {
            if (process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }

    private static Process launched(Path data) throws IOException {
        var home = System.getProperty("apicurio.home");
        if (home == null || !Files.exists(Path.of(home, "quarkus-run.jar"))) {
            throw new IOException(
                    "apicurio.home: "
                            + home
                            + " (expected: Apicurio's folder; run Maven with -Pfull)");
        }
        var command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-Dquarkus.http.host=127.0.0.1",
                        "-Dquarkus.http.port=0",
                        "-Dquarkus.management.host=127.0.0.1",
                        "-Dquarkus.management.port=0",
                        "-Dapicurio.datasource.url=jdbc:h2:file:" + data.resolve("registry"),
                        "-jar",
                        Path.of(home, "quarkus-run.jar").toString());
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        // If this virtual machine is told to stop in the middle, the other one does not stay
        // behind.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return process;
    }

    /// Waits until it says that it is ready, and returns the base of its API.
    private static URI ready(Process process) throws IOException, InterruptedException {
        var listening = new CompletableFuture<List<URI>>();
        Thread.ofVirtual().start(() -> follow(process, listening));
        try {
            var addresses = listening.get(START_SECONDS, TimeUnit.SECONDS);
            var health = addresses.getLast().resolve("/health/ready");
            try (var http = HttpClient.newHttpClient()) {
                var answer =
                        http.send(HttpRequest.newBuilder(health).build(), BodyHandlers.ofString());
                if (answer.statusCode() != 200) {
                    throw new IOException(health + ": " + answer.statusCode() + answer.body());
                }
            }
            return addresses.getFirst().resolve("/apis/ccompat/v7");
        } catch (ExecutionException | TimeoutException | IOException failure) {
            process.destroyForcibly();
            throw new IOException("Apicurio did not start", failure);
        }
    }

    /// Reads what the process says to its end, so that it never waits for a reader.
    private static void follow(Process process, CompletableFuture<List<URI>> listening) {
        var last = new ArrayDeque<String>();
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var found = LISTENING.matcher(line);
                if (found.find()) {
                    listening.complete(
                            List.of(URI.create(found.group(1)), URI.create(found.group(2))));
                }
                last.add(line);
                if (last.size() > MAX_LINES_SHOWN) {
                    last.remove();
                }
            }
        } catch (IOException closed) {
            listening.completeExceptionally(new UncheckedIOException(closed));
        }
        listening.completeExceptionally(
                new IOException("it ended; its last words: " + String.join("\n", last)));
    }
}
