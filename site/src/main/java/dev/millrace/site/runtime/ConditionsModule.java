package dev.millrace.site.runtime;

import dagger.Module;
import dagger.Provides;
import dev.millrace.inference.work.TaskWorkers;
import dev.millrace.inference.worker.EmbeddingWorker;
import dev.millrace.search.indexing.IndexingConsumer;
import dev.millrace.site.broker.DataFolder;
import dev.millrace.site.config.SiteConfig;
import dev.millrace.site.disk.DiskGuard;
import dev.millrace.site.disk.Pausable;
import dev.millrace.streams.decide.DecideApplication;
import dev.millrace.streams.dispatch.Dispatcher;
import dev.millrace.streams.documents.DocumentsApplication;
import dev.millrace.streams.views.generation.ViewGenerations;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// What the site cannot do without and does not have in its hand: room on the disk, and the broker.
@Module
final class ConditionsModule {

    private ConditionsModule() {}

    @Provides
    @Singleton
    static BrokerWatch broker(Parts parts, SiteLog log, InstantSource clock) {
        return parts.start(
                "broker watch",
                () -> {
                    var watch = new BrokerWatch(log.client(), clock);
                    return Parts.going(watch, watch::start);
                });
    }

    @Provides
    @Singleton
    static DiskGuard guard(
            Parts parts,
            DataFolder folder,
            SiteConfig config,
            Roles roles,
            Provider<DecideApplication> decide,
            Provider<Dispatcher> dispatch,
            Provider<DocumentsApplication> documents,
            Provider<ViewGenerations> views,
            Provider<IndexingConsumer> indexing,
            Provider<EmbeddingWorker> embeddings,
            Provider<TaskWorkers> work) {
        var writers = new ArrayList<Pausable>();
        for (var role : roles.all()) {
            switch (role) {
                case DECIDE -> {
                    var part = decide.get();
                    writers.add(Pausable.of(part::pause, part::resume));
                    var handing = dispatch.get();
                    writers.add(Pausable.of(handing::pause, handing::resume));
                }
                case DOCUMENTS -> {
                    var part = documents.get();
                    writers.add(Pausable.of(part::pause, part::resume));
                }
                case VIEWS -> {
                    var part = views.get();
                    writers.add(Pausable.of(part::pause, part::resume));
                }
                case SEARCH -> {
                    var part = indexing.get();
                    writers.add(Pausable.of(part::pause, part::resume));
                }
                case WORKER -> {
                    var part = embeddings.get();
                    writers.add(Pausable.of(part::pause, part::resume));
                    var doing = work.get();
                    writers.add(Pausable.of(doing::pause, doing::resume));
                }
                case BROKER, REGISTRY, AUDIT, GATEWAY -> {
                    // They write only what the others, or clients, ask of them, or digests of it.
                }
            }
        }
        return parts.start(
                "disk guard",
                () -> {
                    var guard =
                            new DiskGuard(
                                    folder.path(),
                                    List.of(folder.index(), folder.streams()),
                                    config.disk().reserveBytes(),
                                    writers);
                    return Parts.going(guard, guard::start);
                });
    }
}
