package dev.millrace.site.runtime;

import dagger.Module;
import dagger.Provides;
import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.task.ClaimKey;
import dev.millrace.gateway.admission.Admission;
import dev.millrace.gateway.commands.KafkaTaskSubmissions;
import dev.millrace.gateway.status.Readiness;
import dev.millrace.inference.embed.BuiltInModel;
import dev.millrace.inference.embed.DjlEmbedder;
import dev.millrace.inference.embed.ModelChoice;
import dev.millrace.inference.kinds.Echo;
import dev.millrace.inference.kinds.Embed;
import dev.millrace.inference.kinds.http.HttpCall;
import dev.millrace.inference.work.TaskWorkers;
import dev.millrace.inference.worker.EmbeddingWorker;
import dev.millrace.inference.worker.LoggedModels;
import dev.millrace.schemas.kind.KindLog;
import dev.millrace.schemas.query.QueryPaths;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.KafkaWorkQueues;
import dev.millrace.search.http.SearchHandler;
import dev.millrace.search.indexing.IndexingConsumer;
import dev.millrace.search.lucene.LuceneSearchIndex;
import dev.millrace.search.lucene.LuceneStore;
import dev.millrace.site.broker.DataFolder;
import dev.millrace.site.config.SiteConfig;
import dev.millrace.site.disk.DiskGuard;
import dev.millrace.site.management.ManagementServer;
import dev.millrace.site.management.Metrics;
import dev.millrace.site.role.Role;
import dev.millrace.site.runtime.SiteReadiness.Check;
import dev.millrace.streams.audit.AuditApplication;
import dev.millrace.streams.decide.DecideApplication;
import dev.millrace.streams.decide.DecideSettings;
import dev.millrace.streams.dispatch.Dispatcher;
import dev.millrace.streams.documents.DocumentsApplication;
import dev.millrace.streams.documents.DocumentsSettings;
import dev.millrace.streams.letters.TailLetters;
import dev.millrace.streams.views.generation.ViewGenerations;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/// The parts that do the site's work. None needs another: they meet in topics, and the gateway asks
/// views, log and search through their ports.
@Module
final class PartsModule {

    private PartsModule() {}

    @Provides
    @Singleton
    static DecideApplication decide(
            Parts parts,
            StateFolder state,
            SiteConfig config,
            SiteLog log,
            EventSerdes serdes,
            ClaimKey claims,
            Site site,
            InstantSource clock,
            Metrics metrics) {
        int standbys = config.kafka().isEmbedded() ? 0 : 1;
        return parts.start(
                "decide",
                () -> {
                    var decide =
                            new DecideApplication(
                                    new DecideSettings(
                                            standbys,
                                            config.instance(),
                                            config.tasks().requeueAfter()),
                                    log.client(),
                                    state.path(),
                                    serdes,
                                    claims,
                                    site,
                                    clock,
                                    metrics.registry());
                    return Parts.going(decide, decide::start);
                });
    }

    @Provides
    @Singleton
    static Dispatcher dispatch(
            Parts parts,
            SiteConfig config,
            SiteLog log,
            EventSerdes serdes,
            ClaimKey claims,
            KafkaWorkQueues queues,
            Site site,
            InstantSource clock,
            Metrics metrics) {
        return parts.start(
                "dispatch",
                () -> {
                    var dispatch =
                            new Dispatcher(
                                    log.client(),
                                    serdes,
                                    claims,
                                    queues,
                                    site,
                                    config.instance(),
                                    clock,
                                    metrics.registry());
                    return Parts.going(dispatch, dispatch::start);
                });
    }

    @Provides
    @Singleton
    static TailLetters letters(Parts parts, SiteConfig config, SiteLog log, EventSerdes serdes) {
        return parts.start(
                "tail letters",
                () -> {
                    var letters = new TailLetters(log.client(), serdes, config.instance());
                    return Parts.going(letters, letters::start);
                });
    }

    @Provides
    @Singleton
    static TaskWorkers work(
            Parts parts,
            SiteConfig config,
            SiteLog log,
            EventSerdes serdes,
            KindLog kinds,
            KafkaWorkQueues queues,
            DjlEmbedder embedder,
            BlobStore blobs,
            Site site,
            Supplier<UUID> ids,
            InstantSource clock,
            Metrics metrics) {
        return parts.start(
                "work",
                () -> {
                    var work =
                            new TaskWorkers(
                                    log.client(),
                                    serdes,
                                    List.of(
                                            Echo.kind(),
                                            Embed.kind(embedder),
                                            HttpCall.kind(config.tasks().http())),
                                    kinds,
                                    queues,
                                    blobs,
                                    site,
                                    config.instance(),
                                    ids,
                                    clock,
                                    metrics.registry());
                    return Parts.going(work, work::start);
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
            InstantSource clock,
            Metrics metrics) {
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
                                    clock,
                                    metrics.registry());
                    return Parts.going(documents, documents::start);
                });
    }

    /// Fixed by the first vector in the log, which has to be asked before anything is opened or
    /// loaded that vectors go into or come from.
    @Provides
    @Singleton
    static BuiltInModel builtInModel(
            Parts parts, SiteConfig config, SiteLog log, EventSerdes serdes) {
        return parts.step(
                "choice of the model",
                () -> ModelChoice.of(config.model(), LoggedModels.read(log.client(), serdes)));
    }

    @Provides
    @Singleton
    static DjlEmbedder embedder(Parts parts, BuiltInModel model, DataFolder folder) {
        return parts.start("embedder", () -> new DjlEmbedder(model, folder.models()));
    }

    @Provides
    @Singleton
    static ModelLoading model(DjlEmbedder embedder, Parts parts) {
        return new ModelLoading(embedder, parts);
    }

    @Provides
    @Singleton
    static LuceneStore index(Parts parts, DataFolder folder, BuiltInModel model) {
        return parts.start("index", () -> LuceneStore.open(folder.index(), model.model()));
    }

    @Provides
    @Singleton
    static LuceneSearchIndex search(
            Parts parts, LuceneStore store, DjlEmbedder embedder, ManagementServer management) {
        return parts.start(
                "search",
                () -> {
                    var search = new LuceneSearchIndex(store, embedder);
                    management.internal(QueryPaths.SEARCH, SearchHandler.of(search));
                    return search;
                });
    }

    @Provides
    @Singleton
    static IndexingConsumer indexing(
            Parts parts,
            SiteConfig config,
            SiteLog log,
            EventSerdes serdes,
            LuceneStore store,
            Site site,
            InstantSource clock,
            Metrics metrics) {
        return parts.start(
                "indexing",
                () -> {
                    var indexing =
                            new IndexingConsumer(
                                    log.client(),
                                    serdes,
                                    store,
                                    site,
                                    config.instance(),
                                    clock,
                                    metrics.registry());
                    return Parts.going(indexing, indexing::start);
                });
    }

    @Provides
    @Singleton
    static EmbeddingWorker embeddings(
            Parts parts,
            SiteConfig config,
            SiteLog log,
            EventSerdes serdes,
            DjlEmbedder embedder,
            Site site,
            InstantSource clock,
            Metrics metrics) {
        return parts.start(
                "embeddings",
                () -> {
                    var worker =
                            new EmbeddingWorker(
                                    log.clientOf(config.instance()),
                                    serdes,
                                    embedder,
                                    site,
                                    config.instance(),
                                    clock,
                                    metrics.registry());
                    return Parts.going(worker, worker::start);
                });
    }

    /// Asks for no part that this process does not have.
    @Provides
    @Singleton
    static Supplier<Readiness> readiness(
            Roles roles,
            Provider<DecideApplication> decide,
            Provider<Dispatcher> dispatch,
            Provider<TailLetters> letters,
            Provider<DocumentsApplication> documents,
            Provider<ViewGenerations> views,
            Provider<IndexingConsumer> indexing,
            Provider<KafkaTaskSubmissions> submissions,
            Provider<KindLog> kinds,
            Provider<Admission> admission,
            Provider<EmbeddingWorker> embeddings,
            Provider<TaskWorkers> work,
            Provider<AuditApplication> audit,
            Provider<DiskGuard> disk,
            Provider<BrokerWatch> broker,
            Provider<ModelLoading> model) {
        // Who asks a gateway can do without the model for a while; who asks a worker cannot.
        boolean isAlone = !roles.has(Role.GATEWAY);
        var checks = new ArrayList<Check>();
        if (roles.has(Role.DECIDE)) {
            var part = decide.get();
            checks.add(Check.ofStreams("decide", part::isReady, part::state));
            var handing = dispatch.get();
            checks.add(Check.ofWorker("dispatch", true, handing::isReady, handing.stopped()));
            var aside = letters.get();
            checks.add(Check.ofWorker("tail letters", false, aside::isReady, aside.stopped()));
        }
        if (roles.has(Role.DOCUMENTS)) {
            var part = documents.get();
            checks.add(Check.ofStreams("documents", part::isReady, part::state));
        }
        if (roles.has(Role.VIEWS)) {
            var part = views.get();
            checks.add(Check.ofStreams("views", part::isReady, part::state));
        }
        if (roles.has(Role.SEARCH)) {
            var part = indexing.get();
            checks.add(Check.of("indexing", part::isReady, part::failure));
        }
        if (roles.has(Role.GATEWAY)) {
            var part = submissions.get();
            checks.add(Check.of("submissions", part::isReady, () -> null));
            checks.add(Check.of("kinds", kinds.get()::isReady, () -> null));
            var taking = admission.get();
            checks.add(Check.ofWorker("admission", false, taking::isReady, taking.stopped()));
        }
        if (roles.has(Role.WORKER)) {
            var part = embeddings.get();
            checks.add(Check.ofWorker("embeddings", isAlone, part::isReady, part.stopped()));
            var doing = work.get();
            checks.add(Check.ofWorker("work", isAlone, doing::isReady, doing.stopped()));
        }
        if (roles.has(Role.AUDIT)) {
            checks.addAll(AuditModule.checks(audit.get()));
        }
        if (roles.needModel()) {
            checks.add(model.get().check(isAlone));
        }
        checks.add(Check.waiting("disk", false, disk.get()::closed));
        checks.add(Check.waiting("broker", true, broker.get()::missing));
        return new SiteReadiness(checks);
    }
}
