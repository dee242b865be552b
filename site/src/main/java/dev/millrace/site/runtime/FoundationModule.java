package dev.millrace.site.runtime;

import com.github.f4b6a3.uuid.UuidCreator;
import dagger.Module;
import dagger.Provides;
import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.task.ClaimKey;
import dev.millrace.schemas.registry.ConfluentSchemaStore;
import dev.millrace.schemas.registry.RegistryUnavailable;
import dev.millrace.schemas.registry.SchemaRejected;
import dev.millrace.schemas.registry.embedded.EmbeddedRegistry;
import dev.millrace.schemas.registry.embedded.RegistryConfig;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.serde.SchemaPublisher;
import dev.millrace.schemas.topic.KafkaWorkQueues;
import dev.millrace.schemas.topic.TopicProvisioner;
import dev.millrace.site.blobs.FolderBlobStore;
import dev.millrace.site.broker.BrokerMeters;
import dev.millrace.site.broker.DataFolder;
import dev.millrace.site.broker.EmbeddedBroker;
import dev.millrace.site.config.SiteConfig;
import dev.millrace.site.identity.LocalToken;
import dev.millrace.site.identity.SiteIdentity;
import dev.millrace.site.management.KafkaMeters;
import dev.millrace.site.management.ManagementServer;
import dev.millrace.site.management.Metrics;
import dev.millrace.site.management.SiteSecret;
import dev.millrace.site.role.Role;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.StringSerializer;

/// What all parts stand on: who the site is, where its blobs lie, and the log with its schemas.
///
/// ```
/// data folder ──▶ identity, token, blobs
///            └──▶ broker ──▶ topics ──▶ schema registry ──▶ schemas
/// ```
///
/// Broker and registry are this process's own if it has their roles, else others'.
@Module
final class FoundationModule {

    private static final String LOOPBACK = "127.0.0.1";
    private static final int REQUEST_MILLIS = 10_000;
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(250);
    private static final short ONE_COPY = 1;
    private static final String CLAIMS_TEXT = "millrace: claims of work, 1";

    private FoundationModule() {}

    @Provides
    static InstantSource clock() {
        return InstantSource.system();
    }

    @Provides
    static Supplier<UUID> ids() {
        return UuidCreator::getTimeOrderedEpoch;
    }

    @Provides
    @Singleton
    static SiteIdentity identity(Parts parts, DataFolder folder, SiteConfig config) {
        return parts.step(
                "identity",
                () ->
                        SiteIdentity.open(
                                config.shared().identity().orElse(folder.identity()),
                                UUID::randomUUID));
    }

    @Provides
    @Singleton
    static Metrics metrics(Parts parts) {
        return parts.start("metrics", Metrics::new);
    }

    @Provides
    @Singleton
    static SiteSecret secret(SiteIdentity identity) {
        return SiteSecret.of(identity);
    }

    @Provides
    @Singleton
    static ClaimKey claims(SiteIdentity identity) {
        return new ClaimKey(
                Digest.sha256()
                        .digest(identity.sign(CLAIMS_TEXT.getBytes(StandardCharsets.US_ASCII))));
    }

    @Provides
    @Singleton
    static ManagementServer management(
            Parts parts, SiteConfig config, Metrics metrics, SiteSecret secret) {
        return parts.start(
                "management",
                () ->
                        ManagementServer.start(
                                config.management().host(),
                                config.management().port(),
                                metrics,
                                secret));
    }

    @Provides
    static Site site(SiteIdentity identity) {
        return identity.site();
    }

    @Provides
    @Singleton
    static LocalToken token(Parts parts, DataFolder folder, SiteConfig config) {
        return parts.step(
                "token",
                () ->
                        LocalToken.open(
                                config.gateway().tokenFile().orElse(folder.token()),
                                new SecureRandom()));
    }

    @Provides
    @Singleton
    static BlobStore blobs(Parts parts, DataFolder folder, SiteConfig config) {
        return parts.step(
                "blobs",
                () -> FolderBlobStore.open(config.shared().blobs().orElse(folder.blobs())));
    }

    @Provides
    @Singleton
    static StateFolder state(Parts parts, DataFolder folder) {
        return parts.step(
                "state folder", () -> new StateFolder(Files.createDirectories(folder.streams())));
    }

    @Provides
    @Singleton
    static EmbeddedBroker broker(
            Parts parts, DataFolder folder, SiteConfig config, Metrics metrics) {
        BrokerMeters.bindTo(metrics.registry());
        return parts.start("broker", () -> EmbeddedBroker.start(folder, config.broker()));
    }

    @Provides
    @Singleton
    static SiteLog log(
            Parts parts,
            SiteConfig config,
            Roles roles,
            Metrics metrics,
            Provider<EmbeddedBroker> broker) {
        var servers =
                roles.has(Role.BROKER) ? List.of(broker.get().bootstrapServers()) : kafka(config);
        var log =
                SiteLog.of(
                        servers, config.kafka().client(), KafkaMeters.settings(metrics.registry()));
        return parts.step(
                "topics",
                () -> {
                    try (var admin = Admin.create(patient(log.client(), config))) {
                        new TopicProvisioner(admin).provision(config.partitions(), copies(config));
                    }
                    return log;
                });
    }

    @Provides
    @Singleton
    static KafkaWorkQueues queues(Parts parts, SiteConfig config, SiteLog log) {
        var admin = parts.start("queues of work", () -> Admin.create(log.client()));
        return new KafkaWorkQueues(admin, config.partitions(), copies(config));
    }

    private static short copies(SiteConfig config) {
        return config.kafka().isEmbedded() ? ONE_COPY : (short) config.kafka().replicationFactor();
    }

    @Provides
    @Singleton
    static EmbeddedRegistry registry(Parts parts, SiteLog log, SiteConfig config, Metrics metrics) {
        return parts.start("schema registry", () -> going(parts, log, config, metrics));
    }

    @Provides
    @Singleton
    static EventSerdes serdes(
            Parts parts,
            SiteLog log,
            SiteConfig config,
            Roles roles,
            Provider<EmbeddedRegistry> registry) {
        var urls = roles.has(Role.REGISTRY) ? List.of(registry.get().uri()) : registries(config);
        return parts.step(
                "schemas",
                () -> {
                    var serdes = new EventSerdes(new ConfluentSchemaStore(urls));
                    registerAll(parts, serdes, config.kafka().startTimeout());
                    try (var producer =
                            new KafkaProducer<>(
                                    log.client(), new StringSerializer(), new StringSerializer())) {
                        new SchemaPublisher(producer).publish(serdes.writerSchemas().values());
                    }
                    return serdes;
                });
    }

    /// Where another process's Kafka is: as it is set, or the embedded one of this machine.
    private static List<String> kafka(SiteConfig config) {
        return config.kafka().isEmbedded()
                ? List.of(LOOPBACK + ":" + config.broker().port())
                : config.kafka().bootstrapServers();
    }

    private static List<URI> registries(SiteConfig config) {
        return config.registry().urls().isEmpty()
                ? List.of(URI.create("http://" + LOOPBACK + ":" + config.registry().port()))
                : config.registry().urls();
    }

    private static Map<String, Object> patient(Map<String, Object> client, SiteConfig config) {
        var settings = new HashMap<>(client);
        settings.put(
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) config.kafka().startTimeout().toMillis());
        settings.put(
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                (int) Math.min(REQUEST_MILLIS, config.kafka().startTimeout().toMillis()));
        return settings;
    }

    /// A broker that was killed is ready before its log is as quick as ever, so what the registry
    /// reads first may take longer than one of its tries.
    private static EmbeddedRegistry going(
            Parts parts, SiteLog log, SiteConfig config, Metrics metrics) throws Exception {
        var patience = config.logStartTimeout();
        long from = System.nanoTime();
        while (true) {
            var registry =
                    new EmbeddedRegistry(
                            new RegistryConfig(LOOPBACK, config.registry().port()),
                            log.client(),
                            metrics.registry());
            try {
                return Parts.going(registry, registry::start);
            } catch (RegistryUnavailable notYet) {
                if (parts.isOver() || System.nanoTime() - from > patience.toNanos()) {
                    throw notYet;
                }
                Thread.sleep(BETWEEN_TRIES);
            }
        }
    }

    /// Processes of one site may be started in any order, so the registry may not be there yet. It
    /// is waited for until the start is over.
    static void registerAll(Parts parts, EventSerdes serdes, Duration patience)
            throws SchemaRejected, RegistryUnavailable, InterruptedException {
        long from = System.nanoTime();
        while (true) {
            try {
                serdes.registerAll();
                return;
            } catch (RegistryUnavailable notYet) {
                if (parts.isOver() || System.nanoTime() - from > patience.toNanos()) {
                    throw notYet;
                }
                Thread.sleep(BETWEEN_TRIES);
            }
        }
    }
}
