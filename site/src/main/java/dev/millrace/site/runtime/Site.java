package dev.millrace.site.runtime;

import dev.millrace.gateway.status.Readiness;
import dev.millrace.site.blobs.DurableFile;
import dev.millrace.site.broker.DataFolder;
import dev.millrace.site.config.SiteConfig;
import dev.millrace.site.role.Role;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A site, or the part of one that some roles are, in this JVM.
///
/// ```
/// lock ─┬─▶ identity, token, blobs ───────────────────────┐
///       └─▶ broker ─▶ topics ─▶ registry ─▶ schemas ─┬─▶ decide, documents, views ─┬─▶ gateway ─▶ ready ─▶ model
///                                                    └─▶ index, search, embeddings │
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
    private final @Nullable URI gateway;
    private final URI management;
    private final Supplier<Readiness> readiness;

    private Site(
            Parts parts,
            Thread hook,
            @Nullable URI gateway,
            URI management,
            Supplier<Readiness> readiness) {
        this.parts = parts;
        this.hook = hook;
        this.gateway = gateway;
        this.management = management;
        this.readiness = readiness;
    }

    /// Starts a whole site, less a broker and a registry that are elsewhere.
    ///
    /// @param listener told what comes along, by one thread at a time; after the start, too
    /// @throws SiteNotStarted if a part did not start; the others are stopped by then
    public static Site start(SiteConfig config, Consumer<Progress> listener)
            throws SiteNotStarted, InterruptedException {
        var roles = EnumSet.allOf(Role.class);
        if (!config.kafka().isEmbedded()) {
            roles.remove(Role.BROKER);
        }
        if (!config.registry().urls().isEmpty()) {
            roles.remove(Role.REGISTRY);
        }
        return start(config, roles, listener);
    }

    /// Starts what has some roles, and returns when it is ready: when `GET /ready` says 200. The
    /// embedding model is loaded after that, behind it.
    ///
    /// Takes as long as the views need to be restored: a second or two, unless their folder was
    /// removed.
    ///
    /// @param listener told what comes along, by one thread at a time; after the start, too
    /// @throws SiteNotStarted if a part did not start; the others are stopped by then
    public static Site start(SiteConfig config, Set<Role> chosen, Consumer<Progress> listener)
            throws SiteNotStarted, InterruptedException {
        var roles = new Roles(chosen);
        var parts = new Parts(listener, LONGEST_STOP_OF_A_PART);
        var hook = Thread.ofPlatform().name("site-stop").unstarted(parts::close);
        Runtime.getRuntime().addShutdownHook(hook);
        boolean isUp = false;
        try {
            var folder =
                    parts.start(
                            "data folder",
                            () -> DataFolder.open(config.data(), config.instance(), chosen));
            if (roles.has(Role.GATEWAY)) {
                parts.step("ports", () -> RunningGateway.requireFree(config.gateway()));
            }
            parts.start(
                    "logs",
                    () -> SiteLogs.into(folder.logs(), roles.logName()),
                    _ -> SiteLogs.intoConsole());
            var component = DaggerSiteComponent.factory().create(config, roles, folder, parts);
            var management = component.management();
            startTogether(wanted(roles, component));
            var gateway = roles.has(Role.GATEWAY) ? component.gateway().uri() : null;
            var readiness = component.readiness();
            management.ready(readiness);
            if (roles.needModel() && !roles.has(Role.GATEWAY)) {
                component.model().start();
            }
            awaitReady(readiness, parts);
            if (roles.has(Role.BROKER)) {
                announce(parts, folder, Role.BROKER, component.broker().bootstrapServers());
            }
            if (roles.has(Role.REGISTRY)) {
                announce(parts, folder, Role.REGISTRY, component.registry().uri().toString());
            }
            if (gateway != null) {
                announce(parts, folder, Role.GATEWAY, gateway.toString());
            }
            // Only now, where somebody waits for the gateway: it takes the cores that the rest
            // needs.
            if (roles.needModel() && roles.has(Role.GATEWAY)) {
                component.model().start();
            }
            isUp = true;
            return new Site(parts, hook, gateway, management.uri(), readiness);
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
    ///
    /// @throws IllegalStateException if this process has none
    public URI gateway() {
        if (gateway == null) {
            throw new IllegalStateException("gateway: not a role of this process");
        }
        return gateway;
    }

    /// Where metrics and health are told.
    public URI management() {
        return management;
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

    private static List<Supplier<?>> wanted(Roles roles, SiteComponent component) {
        var wanted = new ArrayList<Supplier<?>>();
        wanted.add(component::identity);
        for (var role : roles.all()) {
            switch (role) {
                case BROKER -> wanted.add(component::broker);
                case REGISTRY -> wanted.add(component::registry);
                case DECIDE -> {
                    wanted.add(component::decide);
                    wanted.add(component::dispatch);
                }
                case VIEWS -> wanted.add(component::views);
                case DOCUMENTS -> {
                    wanted.add(component::blobs);
                    wanted.add(component::documents);
                }
                case WORKER -> {
                    wanted.add(component::embeddings);
                    wanted.add(component::work);
                }
                case SEARCH -> {
                    wanted.add(component::search);
                    wanted.add(component::indexing);
                }
                case AUDIT -> wanted.add(component::audit);
                case GATEWAY -> {
                    wanted.add(component::token);
                    wanted.add(component::blobs);
                }
            }
        }
        return wanted;
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

    /// Leaves the address of a role in the data folder for as long as it runs.
    private static void announce(Parts parts, DataFolder folder, Role role, String address) {
        var file = folder.address(role);
        if (file != null) {
            var _ =
                    parts.start(
                            role + " address",
                            () -> {
                                var line = (address + "\n").getBytes(StandardCharsets.US_ASCII);
                                DurableFile.write(file, line, DurableFile.READABLE);
                                return file;
                            },
                            Files::deleteIfExists);
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The process is ending; the hook is what called, or is about to.
        }
    }
}
