package dev.millrace.site;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// The line by which a process says on its standard output that it is ready.
final class ReadyLine {

    static final Duration LONGEST_START = Duration.ofMinutes(5);

    private ReadyLine() {}

    /// Waits for it. The output is read on to its end, so that the process never waits for a
    /// reader.
    ///
    /// @return what comes after the prefix; null if the process ended before
    /// @throws IOException if it took over [#LONGEST_START]; the process is ended then
    static @Nullable String await(Process process, String prefix) throws IOException {
        var line = new CompletableFuture<@Nullable String>();
        // Of the platform: a virtual thread that reads a pipe keeps its carrier, of which a machine
        // has as many as cores.
        Thread.ofPlatform().daemon().name("ready-line").start(() -> follow(process, prefix, line));
        try {
            return line.get(LONGEST_START.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            process.destroyForcibly();
            throw new IOException("no line with '" + prefix + "' within " + LONGEST_START, late);
        } catch (ExecutionException failed) {
            throw new IOException(failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("while waiting for '" + prefix + "'");
        }
    }

    private static void follow(
            Process process, String prefix, CompletableFuture<@Nullable String> ready) {
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(prefix)) {
                    ready.complete(line.substring(prefix.length()).strip());
                }
            }
            ready.complete(null);
        } catch (IOException closed) {
            ready.completeExceptionally(closed);
        }
    }
}
