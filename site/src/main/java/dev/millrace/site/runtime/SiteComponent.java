package dev.millrace.site.runtime;

import dagger.BindsInstance;
import dagger.Component;
import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.search.SearchIndex;
import dev.millrace.gateway.status.Readiness;
import dev.millrace.inference.work.TaskWorkers;
import dev.millrace.inference.worker.EmbeddingWorker;
import dev.millrace.schemas.registry.embedded.EmbeddedRegistry;
import dev.millrace.search.indexing.IndexingConsumer;
import dev.millrace.site.broker.DataFolder;
import dev.millrace.site.broker.EmbeddedBroker;
import dev.millrace.site.config.SiteConfig;
import dev.millrace.site.identity.LocalToken;
import dev.millrace.site.identity.SiteIdentity;
import dev.millrace.site.management.ManagementServer;
import dev.millrace.streams.audit.AuditApplication;
import dev.millrace.streams.decide.DecideApplication;
import dev.millrace.streams.dispatch.Dispatcher;
import dev.millrace.streams.documents.DocumentsApplication;
import dev.millrace.streams.views.generation.ViewGenerations;
import jakarta.inject.Singleton;
import java.util.function.Supplier;

/// The graph of a site's parts, checked by the compiler. Asking for a part starts it, after all
/// that it needs; several threads may ask at once, and each part is started once.
@Singleton
@Component(
        modules = {
            FoundationModule.class,
            PartsModule.class,
            ViewsModule.class,
            AuditModule.class,
            ConditionsModule.class,
            GatewayModule.class
        })
interface SiteComponent {

    EmbeddedBroker broker();

    EmbeddedRegistry registry();

    SiteIdentity identity();

    ManagementServer management();

    LocalToken token();

    BlobStore blobs();

    SearchIndex search();

    DecideApplication decide();

    Dispatcher dispatch();

    DocumentsApplication documents();

    ViewGenerations views();

    IndexingConsumer indexing();

    EmbeddingWorker embeddings();

    TaskWorkers work();

    AuditApplication audit();

    ModelLoading model();

    Supplier<Readiness> readiness();

    RunningGateway gateway();

    /// Makes the graph; starts nothing.
    @Component.Factory
    interface Factory {
        SiteComponent create(
                @BindsInstance SiteConfig config,
                @BindsInstance Roles roles,
                @BindsInstance DataFolder folder,
                @BindsInstance Parts parts);
    }
}
