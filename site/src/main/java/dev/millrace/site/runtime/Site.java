package dev.millrace.site.runtime;

import dev.millrace.gateway.status.Readiness;
import dev.millrace.site.blobs.DurableFile;
import dev.millrace.site.broker.DataFolder;
import dev.millrace.site.config.SiteConfig;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// A whole site on one machine, in this JVM.
///
/// ```
/// lock ─┬─▶ identity, token, blobs, index ────────────────┐
///       └─▶ broker ─▶ topics ─▶ registry ─▶ schemas ─┬─▶ decide, documents, views ─┬─▶ gateway ─▶ ready ─▶ model
///                                                    └─▶ search, embeddings        │
///                                                     (what is side by side starts side by side)
/// ```
///
/// It stops in the reverse order: when closed, and when the process is asked to end (SIGTERM,
/// Ctrl-C). Safe for use by many threads.
public final class Site implements AutoCloseable {

    private static final Duration LONGEST_STOP_OF_A_PART = Duration.ofSeconds(35);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    private final Parts parts;
    private final Thread hook;
    private final URI gateway;
    private final Supplier<Readiness> readiness;

    private Site(Parts parts, Thread hook, URI gateway, Supplier<Readiness> readiness) {
        this.parts = parts;
        this.hook = hook;
        this.gateway = gateway;
        this.readiness = readiness;
    }

    /// Starts a site and returns when it is ready: when `GET /health` says 200. The embedding model
    /// is loaded after that, behind it.
    ///
    /// Takes as long as the views need to be restored: a second or two, unless their folder was
    /// removed.
    ///
    /// @param listener told what comes along, by one thread at a time; after the start, too
    /// @throws SiteNotStarted if a part did not start; the others are stopped by then
    public static Site start(SiteConfig config, Consumer<Progress> listener)
            throws SiteNotStarted, InterruptedException {
        var parts = new Parts(listener, LONGEST_STOP_OF_A_PART);
        var hook = Thread.ofPlatform().name("site-stop").unstarted(parts::close);
        Runtime.getRuntime().addShutdownHook(hook);
        boolean isUp = false;
        try {
            var folder = parts.start("data folder", () -> DataFolder.open(config.data()));
            parts.step("ports", () -> RunningGateway.requireFree(config.gateway()));
            parts.start("logs", () -> SiteLogs.into(folder.logs()), _ -> SiteLogs.intoConsole());
            var component = DaggerSiteComponent.factory().create(config, folder, parts);
            startTogether(
                    List.of(
                            component::site,
                            component::token,
                            component::blobs,
                            component::search,
                            component::decide,
                            component::documents,
                            component::views,
                            component::indexing,
                            component::embeddings));
            var gateway = component.gateway().uri();
            awaitReady(component.readiness(), parts);
            announce(parts, folder.gatewayUrl(), gateway);
            component.model().start();
            isUp = true;
            return new Site(parts, hook, gateway, component.readiness());
        } catch (PartFailed failed) {
            var first = parts.failure();
            var cause = first == null ? failed : first;
            throw new SiteNotStarted("the site did not start: " + cause.getMessage(), cause);
        } finally {
            if (!isUp) {
                parts.close();
                forget(hook);
            }
        }
    }

    /// Where the gateway listens, as a client on this machine reaches it.
    public URI gateway() {
        return gateway;
    }

    /// How each part is.
    public Readiness readiness() {
        return readiness.get();
    }

    /// Returns when the site has stopped.
    public void awaitClose() throws InterruptedException {
        parts.awaitClose();
    }

    /// Stops all parts in order. Waits for each at most 35 s.
    @Override
    public void close() {
        parts.close();
        forget(hook);
    }

    /// Asks for some parts, each in a thread of its own; what they share is started once.
    private static void startTogether(List<Supplier<?>> wanted) {
        try (var threads =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofPlatform().name("site-start-", 0).factory())) {
            var started =
                    wanted.stream()
                            .map(part -> CompletableFuture.supplyAsync(part, threads))
                            .toList();
            started.forEach(Site::join);
        }
    }

    private static void join(CompletableFuture<?> part) {
        try {
            part.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof PartFailed cause) {
                throw cause;
            }
            throw failed;
        }
    }

    private static void awaitReady(Supplier<Readiness> readiness, Parts parts)
            throws InterruptedException {
        for (var now = readiness.get(); !now.ready(); now = readiness.get()) {
            var broken =
                    now.parts().stream()
                            .filter(part -> part.state() == Readiness.State.FAILED)
                            .map(part -> part.name() + " " + part.detail())
                            .collect(Collectors.joining(", "));
            var seen = now;
            if (!broken.isEmpty() && !seen.ready()) {
                throw parts.failed("health", new IllegalStateException(broken));
            }
            if (parts.isOver()) {
                throw new PartFailed("health", null);
            }
            Thread.sleep(BETWEEN_LOOKS);
        }
    }

    /// Leaves the gateway's address in the data folder for as long as the site runs.
    private static void announce(Parts parts, Path file, URI gateway) {
        var _ =
                parts.start(
                        "address",
                        () -> {
                            var line = (gateway + "\n").getBytes(StandardCharsets.US_ASCII);
                            DurableFile.write(file, line, DurableFile.READABLE);
                            return file;
                        },
                        Files::deleteIfExists);
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The process is ending; the hook is what called, or is about to.
        }
    }
}
