package dev.millrace.site.runtime;

import com.github.f4b6a3.uuid.UuidCreator;
import dagger.Module;
import dagger.Provides;
import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.event.Site;
import dev.millrace.schemas.registry.ConfluentSchemaStore;
import dev.millrace.schemas.registry.EmbeddedRegistry;
import dev.millrace.schemas.registry.RegistryConfig;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.serde.SchemaPublisher;
import dev.millrace.schemas.topic.TopicProvisioner;
import dev.millrace.site.blobs.FolderBlobStore;
import dev.millrace.site.broker.DataFolder;
import dev.millrace.site.broker.EmbeddedBroker;
import dev.millrace.site.config.SiteConfig;
import dev.millrace.site.identity.LocalToken;
import dev.millrace.site.identity.SiteIdentity;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.StringSerializer;

/// What all parts stand on: who the site is, where its blobs lie, and the log with its schemas.
///
/// ```
/// data folder ──▶ identity, token, blobs
///            └──▶ broker ──▶ topics ──▶ schema registry ──▶ schemas
/// ```
@Module
final class FoundationModule {

    private static final String LOOPBACK = "127.0.0.1";
    private static final short ONE_BROKER = 1;

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
    static Site site(Parts parts, DataFolder folder) {
        return parts.step(
                "identity", () -> SiteIdentity.open(folder.identity(), UUID::randomUUID).site());
    }

    @Provides
    @Singleton
    static LocalToken token(Parts parts, DataFolder folder) {
        return parts.step("token", () -> LocalToken.open(folder.token(), new SecureRandom()));
    }

    @Provides
    @Singleton
    static BlobStore blobs(Parts parts, DataFolder folder) {
        return parts.step("blobs", () -> FolderBlobStore.open(folder.blobs()));
    }

    @Provides
    @Singleton
    static StateFolder state(Parts parts, DataFolder folder) {
        return parts.step(
                "state folder", () -> new StateFolder(Files.createDirectories(folder.streams())));
    }

    @Provides
    @Singleton
    static EmbeddedBroker broker(Parts parts, DataFolder folder, SiteConfig config) {
        return parts.start("broker", () -> EmbeddedBroker.start(folder, config.broker()));
    }

    @Provides
    @Singleton
    static SiteLog log(Parts parts, EmbeddedBroker broker, SiteConfig config) {
        Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
        return parts.step(
                "topics",
                () -> {
                    try (var admin = Admin.create(client)) {
                        new TopicProvisioner(admin).provision(config.partitions(), ONE_BROKER);
                    }
                    return new SiteLog(client);
                });
    }

    @Provides
    @Singleton
    static EmbeddedRegistry registry(Parts parts, SiteLog log, SiteConfig config) {
        return parts.start(
                "schema registry",
                () -> {
                    var registry =
                            new EmbeddedRegistry(
                                    new RegistryConfig(LOOPBACK, config.registry().port()),
                                    log.client());
                    return Parts.going(registry, registry::start);
                });
    }

    @Provides
    @Singleton
    static EventSerdes serdes(Parts parts, SiteLog log, EmbeddedRegistry registry) {
        return parts.step(
                "schemas",
                () -> {
                    var serdes = new EventSerdes(new ConfluentSchemaStore(registry.uri()));
                    serdes.registerAll();
                    try (var producer =
                            new KafkaProducer<>(
                                    log.client(), new StringSerializer(), new StringSerializer())) {
                        new SchemaPublisher(producer).publish(serdes.writerSchemas().values());
                    }
                    return serdes;
                });
    }
}
