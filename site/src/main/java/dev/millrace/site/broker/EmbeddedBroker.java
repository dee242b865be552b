package dev.millrace.site.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A Kafka broker and its KRaft controller inside this JVM: the log of a site on one machine.
///
/// Listens on the loopback address only, without authentication: whoever may run programs on this
/// machine may read and write the log. What it holds survives a stop, and a `kill -9`; after a
/// power failure the last seconds may be missing, since Kafka leaves flushing to the operating
/// system.
///
/// A fault that Kafka calls fatal (a log that cannot be written, for one) ends the process.
public final class EmbeddedBroker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

    private final KafkaRaftServer server;
    private final int port;
    private final BrokerConfig config;

    private EmbeddedBroker(KafkaRaftServer server, int port, BrokerConfig config) {
        this.server = server;
        this.port = port;
        this.config = config;
    }

    /// Starts a broker on a folder that this process holds, and waits until it is ready.
    public static EmbeddedBroker start(DataFolder folder, BrokerConfig config)
            throws BrokerNotStarted {
        var ports = Ports.choose(config.port());
        if (!format(folder.broker()) && FormerBroker.wasKilled(folder.broker())) {
            try {
                var _ = FormerBroker.fence(folder.broker(), ports);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new BrokerNotStarted("broker: told to stop while starting", stop);
            }
        }
        var settings = BrokerSettings.of(folder.broker(), ports, config.startTimeout());
        try {
            var server = new KafkaRaftServer(KafkaConfig.fromProps(settings, false), Time.SYSTEM);
            var broker = new EmbeddedBroker(server, ports.broker(), config);
            try {
                server.startup();
                return broker;
            } catch (RuntimeException failed) {
                broker.close();
                throw failed;
            }
        } catch (RuntimeException failed) {
            throw new BrokerNotStarted(
                    "broker: could not start on " + folder.broker() + ": " + failed.getMessage(),
                    failed);
        }
    }

    /// Where clients connect: `host:port`.
    public String bootstrapServers() {
        return Ports.LOOPBACK + ":" + port;
    }

    /// Stops the broker in order, or gives up waiting after the configured time. Safe to call
    /// again.
    @Override
    public void close() {
        var stop =
                Thread.ofPlatform()
                        .daemon()
                        .name("broker-stop")
                        .uncaughtExceptionHandler((_, failure) ->
                                LOG.atWarn()
                                        .setMessage("the broker did not stop in order")
                                        .setCause(failure)
                                        .log())
                        .start(() -> {
                            server.shutdown();
                            server.awaitShutdown();
                        });
        try {
            if (!stop.join(config.stopTimeout())) {
                LOG.atWarn()
                        .setMessage("the broker is still stopping; its log is recovered next time")
                        .addKeyValue("waited", config.stopTimeout())
                        .log();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Prepares a new folder; false if it was prepared before.
    private static boolean format(Path folder) throws BrokerNotStarted {
        if (Files.exists(folder.resolve("meta.properties"))) {
            return false;
        }
        try {
            Files.createDirectories(folder);
            new Formatter()
                    .setNodeId(BrokerSettings.NODE)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setDirectories(List.of(folder.toString()))
                    .setMetadataLogDirectory(folder.toString())
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .setControllerListenerName(BrokerSettings.CONTROLLER)
                    .setIgnoreFormatted(true)
                    .setPrintStream(
                            new PrintStream(
                                    OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                    .run();
            return true;
        } catch (Exception failed) { // that is what run() declares
            throw new BrokerNotStarted(
                    "broker: could not prepare " + folder + ": " + failed.getMessage(), failed);
        }
    }

    /// The two ports of a broker, both free a moment ago.
    ///
    /// @param broker where clients connect
    /// @param controller where the broker finds its controller
    record Ports(int broker, int controller) {

        static final String LOOPBACK = "127.0.0.1";

        static Ports choose(int wanted) throws BrokerNotStarted {
            try (var broker = new ServerSocket();
                    var controller = new ServerSocket()) {
                var loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
                broker.bind(new InetSocketAddress(loopback, wanted));
                controller.bind(new InetSocketAddress(loopback, 0));
                return new Ports(broker.getLocalPort(), controller.getLocalPort());
            } catch (BindException taken) {
                throw new BrokerNotStarted(
                        "broker.port: %d is taken by another program (expected: a free port, or 0)"
                                .formatted(wanted),
                        taken);
            } catch (IOException failed) {
                throw new BrokerNotStarted(
                        "broker: no port on " + LOOPBACK + ": " + failed.getMessage(), failed);
            }
        }
    }
}
