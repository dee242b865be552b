package dev.millrace.bench.site;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/// A site in a process of its own, as `millrace dev --port 0` starts it, with the JVM flags of this
/// process.
public final class SiteProcess implements AutoCloseable {

    private static final Duration LONGEST_START = Duration.ofMinutes(10);
    private static final Duration LONGEST_STOP = Duration.ofMinutes(3);
    private static final Pattern STEP =
            Pattern.compile("\\s*([a-z ]+): (?:started|loaded) in ([0-9.]+) s");

    private final Process process;
    private final Path data;
    private final Map<String, Double> steps = new ConcurrentSkipListMap<>();
    private final CompletableFuture<URI> gateway = new CompletableFuture<>();
    private final double readySeconds;
    private final Thread ending;

    private SiteProcess(Path data, List<String> flags) throws IOException, InterruptedException {
        this.data = data;
        long began = System.nanoTime();
        this.process =
                JavaCommand.of(
                                flags,
                                "dev.millrace.site.cli.Main",
                                List.of("dev", "--data", data.toString(), "--port", "0"))
                        .start();
        // Interrupted, a benchmark leaves no site behind.
        this.ending = Thread.ofPlatform().unstarted(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(ending);
        read("site-output", process.getInputStream());
        read("site-messages", process.getErrorStream());
        var _ =
                process.onExit()
                        .thenRun(() ->
                                gateway.completeExceptionally(
                                        new IOException("the site ended before it was ready")));
        awaitGateway();
        this.readySeconds = (System.nanoTime() - began) / 1e9;
    }

    /// Starts a site and waits until it is ready.
    ///
    /// @param flags for its JVM, beside those of this one
    public static SiteProcess start(Path data, List<String> flags)
            throws IOException, InterruptedException {
        return new SiteProcess(data, flags);
    }

    /// From the start of the process until it said that it is ready.
    public double readySeconds() {
        return readySeconds;
    }

    /// How long its parts took to start, of those that took a tenth of a second; parts start side
    /// by side.
    public Map<String, Double> steps() {
        return Map.copyOf(steps);
    }

    public long pid() {
        return process.pid();
    }

    /// A client of its gateway.
    public GatewayClient client() throws IOException {
        return new GatewayClient(gateway.join(), Files.readString(data.resolve("token")).strip());
    }

    /// Waits until the embedding model is loaded.
    public void awaitModel(GatewayClient client) throws IOException, InterruptedException {
        long until = System.nanoTime() + LONGEST_START.toNanos();
        while (!client.isReady("model")) {
            if (System.nanoTime() > until) {
                throw new IOException("the model is not loaded after " + LONGEST_START);
            }
            Thread.sleep(100);
        }
    }

    /// Asks it to stop, and waits.
    ///
    /// @return how long it took, in seconds
    public double stop() throws IOException, InterruptedException {
        long began = System.nanoTime();
        process.destroy();
        if (!process.waitFor(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS)) {
            throw new IOException("the site did not stop within " + LONGEST_STOP);
        }
        return (System.nanoTime() - began) / 1e9;
    }

    /// Ends it as a power cut would.
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            Runtime.getRuntime().removeShutdownHook(ending);
        } catch (IllegalStateException _) {
            // This process is ending; the hook is about to do the same.
        }
    }

    private void awaitGateway() throws IOException, InterruptedException {
        try {
            var _ = gateway.get(LONGEST_START.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw new IOException(failed.getCause());
        } catch (TimeoutException slow) {
            process.destroyForcibly();
            throw new IOException("the site is not ready after " + LONGEST_START, slow);
        }
    }

    private void read(String name, InputStream stream) {
        // Not a virtual thread: such a read would hold one of the few carriers for good.
        Thread.ofPlatform()
                .daemon()
                .name(name)
                .start(() -> {
                    try (var lines =
                            new BufferedReader(
                                    new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                            take(line);
                        }
                    } catch (IOException _) {
                        // The process ended.
                    }
                });
    }

    private void take(String line) {
        int address = line.indexOf("Gateway ready: ");
        if (address >= 0) {
            gateway.complete(URI.create(line.substring(line.indexOf("http")).strip()));
        }
        var step = STEP.matcher(line);
        if (step.matches()) {
            steps.put(step.group(1), Double.valueOf(step.group(2)));
        }
    }
}
