package dev.millrace.site.runtime;

import dagger.Module;
import dagger.Provides;
import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.log.EventLog;
import dev.millrace.domain.search.SearchIndex;
import dev.millrace.domain.task.TaskKinds;
import dev.millrace.gateway.Gateway;
import dev.millrace.gateway.GatewayConfig;
import dev.millrace.gateway.GatewayPorts;
import dev.millrace.gateway.access.BearerTokens;
import dev.millrace.gateway.access.Principal;
import dev.millrace.gateway.access.Role;
import dev.millrace.gateway.commands.KafkaTaskSubmissions;
import dev.millrace.gateway.commands.SubmissionsConfig;
import dev.millrace.gateway.status.Readiness;
import dev.millrace.inference.embed.DjlEmbedder;
import dev.millrace.inference.worker.EmbeddingWorker;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.search.indexing.IndexingConsumer;
import dev.millrace.search.lucene.LuceneSearchIndex;
import dev.millrace.search.lucene.LuceneStore;
import dev.millrace.site.broker.DataFolder;
import dev.millrace.site.config.SiteConfig;
import dev.millrace.site.disk.DiskGuard;
import dev.millrace.site.identity.LocalToken;
import dev.millrace.site.runtime.SiteReadiness.Check;
import dev.millrace.streams.decide.DecideApplication;
import dev.millrace.streams.decide.DecideSettings;
import dev.millrace.streams.documents.DocumentsApplication;
import dev.millrace.streams.documents.DocumentsSettings;
import dev.millrace.streams.log.KafkaEventLog;
import dev.millrace.streams.views.ViewsApplication;
import dev.millrace.streams.views.ViewsSettings;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/// The parts that do the site's work. None needs another: they meet in topics, and the gateway asks
/// views, log and search through their ports.
@Module
final class PartsModule {

    /// Names this process to Kafka; there is only one in a site on one machine.
    private static final String INSTANCE = "site";

    private PartsModule() {}

    @Provides
    @Singleton
    static DecideApplication decide(
            Parts parts,
            StateFolder state,
            SiteLog log,
            EventSerdes serdes,
            Site site,
            InstantSource clock) {
        return parts.start(
                "decide",
                () -> {
                    var decide =
                            new DecideApplication(
                                    new DecideSettings(0, INSTANCE),
                                    log.client(),
                                    state.path(),
                                    serdes,
                                    TaskKinds.ALL,
                                    site,
                                    clock);
                    return Parts.going(decide, decide::start);
                });
    }

    @Provides
    @Singleton
    static DocumentsApplication documents(
            Parts parts,
            StateFolder state,
            SiteConfig config,
            SiteLog log,
            EventSerdes serdes,
            BlobStore blobs,
            Site site,
            InstantSource clock) {
        return parts.start(
                "documents",
                () -> {
                    var documents =
                            new DocumentsApplication(
                                    new DocumentsSettings(config.documents().threads()),
                                    log.client(),
                                    state.path(),
                                    serdes,
                                    blobs,
                                    site,
                                    clock);
                    return Parts.going(documents, documents::start);
                });
    }

    @Provides
    @Singleton
    static ViewsApplication views(
            Parts parts,
            StateFolder state,
            SiteConfig config,
            SiteLog log,
            EventSerdes serdes,
            InstantSource clock) {
        return parts.start(
                "views",
                () -> {
                    var views =
                            new ViewsApplication(
                                    ViewsSettings.of(config.partitions()),
                                    log.client(),
                                    state.path(),
                                    serdes,
                                    clock);
                    return Parts.going(views, views::start);
                });
    }

    @Provides
    @Singleton
    static DjlEmbedder embedder(Parts parts, DataFolder folder) {
        return parts.start("embedder", () -> new DjlEmbedder(folder.models()));
    }

    @Provides
    @Singleton
    static ModelLoading model(DjlEmbedder embedder, Parts parts) {
        return new ModelLoading(embedder, parts);
    }

    @Provides
    @Singleton
    static LuceneStore index(Parts parts, DataFolder folder, DjlEmbedder embedder) {
        return parts.start(
                "index", () -> LuceneStore.open(folder.index(), embedder.model().dimensions()));
    }

    @Provides
    @Singleton
    static SearchIndex search(Parts parts, LuceneStore store, DjlEmbedder embedder) {
        return parts.start("search", () -> new LuceneSearchIndex(store, embedder));
    }

    @Provides
    @Singleton
    static IndexingConsumer indexing(
            Parts parts,
            SiteLog log,
            EventSerdes serdes,
            LuceneStore store,
            Site site,
            InstantSource clock) {
        return parts.start(
                "indexing",
                () -> {
                    var indexing =
                            new IndexingConsumer(
                                    log.client(), serdes, store, site, INSTANCE, clock);
                    return Parts.going(indexing, indexing::start);
                });
    }

    @Provides
    @Singleton
    static EventLog eventLog(Parts parts, SiteLog log, EventSerdes serdes) {
        return parts.start("event log", () -> new KafkaEventLog(log.client(), serdes));
    }

    @Provides
    @Singleton
    static EmbeddingWorker embeddings(
            Parts parts,
            SiteLog log,
            EventSerdes serdes,
            DjlEmbedder embedder,
            Site site,
            InstantSource clock) {
        return parts.start(
                "embeddings",
                () -> {
                    var worker =
                            new EmbeddingWorker(
                                    log.clientOf(INSTANCE),
                                    serdes,
                                    embedder,
                                    site,
                                    INSTANCE,
                                    clock);
                    return Parts.going(worker, worker::start);
                });
    }

    @Provides
    @Singleton
    static KafkaTaskSubmissions submissions(
            Parts parts, SiteConfig config, SiteLog log, EventSerdes serdes) {
        return parts.start(
                "submissions",
                () -> {
                    var submissions =
                            new KafkaTaskSubmissions(
                                    log.client(),
                                    serdes,
                                    new SubmissionsConfig(
                                            config.gateway().outcomeTimeout(),
                                            config.gateway().maxPending()));
                    return Parts.going(submissions, submissions::start);
                });
    }

    @Provides
    @Singleton
    static Supplier<Readiness> readiness(
            DecideApplication decide,
            DocumentsApplication documents,
            ViewsApplication views,
            IndexingConsumer indexing,
            KafkaTaskSubmissions submissions,
            EmbeddingWorker embeddings,
            DiskGuard disk,
            BrokerWatch broker,
            ModelLoading model) {
        return new SiteReadiness(
                List.of(
                        Check.ofStreams("decide", decide::isReady, decide::state),
                        Check.ofStreams("documents", documents::isReady, documents::state),
                        Check.ofStreams("views", views::isReady, views::state),
                        Check.of("indexing", indexing::isReady, indexing::failure),
                        Check.of("submissions", submissions::isReady, () -> null),
                        Check.ofWorker("embeddings", embeddings::isReady, embeddings.stopped()),
                        Check.waiting("disk", false, disk::closed),
                        Check.waiting("broker", true, broker::missing),
                        model.check()));
    }

    @Provides
    static GatewayPorts ports(
            KafkaTaskSubmissions submissions,
            ViewsApplication views,
            EventLog log,
            SearchIndex search,
            BlobStore blobs,
            DiskGuard disk,
            Supplier<Readiness> readiness) {
        return new GatewayPorts(submissions, views.views(), log, search, blobs, disk, readiness);
    }

    @Provides
    static BearerTokens tokens(LocalToken token) {
        return new BearerTokens(
                Map.of(
                        token.value(),
                        new Principal(
                                "local administrator",
                                Envelope.DEFAULT_TENANT,
                                Set.of(Role.ADMIN),
                                new Actor("admin", Actor.Proof.LOCAL))));
    }

    @Provides
    @Singleton
    static RunningGateway gateway(
            Parts parts,
            SiteConfig config,
            BearerTokens tokens,
            GatewayPorts ports,
            Site site,
            Supplier<UUID> ids,
            InstantSource clock) {
        var settings = config.gateway();
        return parts.start(
                "gateway",
                () -> {
                    var listening =
                            new GatewayConfig(
                                    settings.host(),
                                    settings.port(),
                                    settings.maxBodyBytes(),
                                    settings.allowedHosts(),
                                    settings.allowedOrigins(),
                                    Build.version());
                    return RunningGateway.start(
                            new Gateway(listening, tokens, ports, site, ids, clock),
                            settings.host(),
                            settings.port());
                });
    }
}
