package dev.millrace.schemas.registry.embedded;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.schemas.registry.RegistryUnavailable;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A Schema Registry inside the site: the core of Confluent's REST API, its schemas in the topic
/// `_schemas`.
///
/// Several may share the topic: each finds what another one registered. A schema that it knows is
/// answered from memory, with Kafka away too; writes, lists and what it does not know answer 503
/// then. Started once and closed once, by one thread.
public final class EmbeddedRegistry implements AutoCloseable {

    private static final int BACKLOG = 128;
    private static final int STOP_SECONDS = 1;

    /// How long the log is left alone at most.
    private static final Duration UNASKED = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRegistry.class);

    private final RegistryConfig config;
    private final RegistryMeters meters;
    private final Registry registry;
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("schema-registry-", 0).factory());
    private @Nullable HttpServer server;

    /// @param kafka how its clients reach Kafka: `bootstrap.servers` and security settings
    public EmbeddedRegistry(
            RegistryConfig config, Map<String, Object> kafka, MeterRegistry meters) {
        this(config, new KafkaRegistryLog(kafka), meters);
    }

    EmbeddedRegistry(RegistryConfig config, RegistryLog log, MeterRegistry meters) {
        this.config = config;
        this.meters = new RegistryMeters(meters);
        this.registry = new Registry(log, System::nanoTime, this.meters);
    }

    /// Reads all schemas, then listens. The topic must exist.
    ///
    /// @throws RegistryUnavailable if the topic cannot be read within ten seconds or so
    /// @throws IOException if the port cannot be had
    public void start() throws RegistryUnavailable, IOException {
        registry.open();
        var address = new InetSocketAddress(config.host(), config.port());
        var fresh = listening(address);
        fresh.setExecutor(threads);
        fresh.createContext(
                "/", new RegistryHttp(new RegistryRoutes(registry), config.host(), meters));
        fresh.start();
        server = fresh;
        registry.show(meters);
        threads.execute(this::follow);
    }

    /* Keeps up with the log while nobody asks, so that its lag tells whether it can. */
    private void follow() {
        try {
            while (true) {
                Thread.sleep(UNASKED);
                catchUp();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void catchUp() {
        try {
            registry.catchUp();
        } catch (RegistryUnavailable silent) {
            LOG.atDebug().setMessage("the log of schemas is silent").setCause(silent).log();
        }
    }

    private static HttpServer listening(InetSocketAddress address) throws IOException {
        try {
            return HttpServer.create(address, BACKLOG);
        } catch (BindException taken) {
            var told =
                    new BindException(
                            "registry.port: cannot listen on %s:%d: %s (expected: a free port, or 0)"
                                    .formatted(
                                            address.getHostString(),
                                            address.getPort(),
                                            taken.getMessage()));
            told.initCause(taken);
            throw told;
        }
    }

    /// Where its API is.
    ///
    /// @throws IllegalStateException before [#start]
    public URI uri() {
        if (server == null) {
            throw new IllegalStateException("registry: not started");
        }
        try {
            return new URI(
                    "http", null, config.host(), server.getAddress().getPort(), null, null, null);
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException("a bound host makes a URI", impossible);
        }
    }

    /// Stops listening, gives what is under way a second to end, and lets go of Kafka.
    @Override
    public void close() {
        if (server != null) {
            server.stop(STOP_SECONDS);
        }
        threads.shutdownNow();
        threads.close();
        registry.close();
    }
}
