package dev.millrace.site.runtime;

import dagger.Module;
import dagger.Provides;
import dev.millrace.inference.worker.EmbeddingWorker;
import dev.millrace.search.indexing.IndexingConsumer;
import dev.millrace.site.broker.DataFolder;
import dev.millrace.site.config.SiteConfig;
import dev.millrace.site.disk.DiskGuard;
import dev.millrace.site.disk.Pausable;
import dev.millrace.streams.decide.DecideApplication;
import dev.millrace.streams.documents.DocumentsApplication;
import dev.millrace.streams.views.ViewsApplication;
import jakarta.inject.Singleton;
import java.time.InstantSource;
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
            DecideApplication decide,
            DocumentsApplication documents,
            ViewsApplication views,
            IndexingConsumer indexing,
            EmbeddingWorker embeddings) {
        return parts.start(
                "disk guard",
                () -> {
                    var guard =
                            new DiskGuard(
                                    folder.path(),
                                    List.of(folder.index(), folder.streams()),
                                    config.disk().reserveBytes(),
                                    List.of(
                                            Pausable.of(decide::pause, decide::resume),
                                            Pausable.of(documents::pause, documents::resume),
                                            Pausable.of(views::pause, views::resume),
                                            Pausable.of(indexing::pause, indexing::resume),
                                            Pausable.of(embeddings::pause, embeddings::resume)));
                    return Parts.going(guard, guard::start);
                });
    }
}
