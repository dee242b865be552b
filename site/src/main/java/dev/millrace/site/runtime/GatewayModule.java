package dev.millrace.site.runtime;

import dagger.Module;
import dagger.Provides;
import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.log.EventLog;
import dev.millrace.domain.search.SearchIndex;
import dev.millrace.domain.view.Views;
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
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.search.lucene.LuceneSearchIndex;
import dev.millrace.search.lucene.LuceneStore;
import dev.millrace.site.config.SiteConfig;
import dev.millrace.site.identity.LocalToken;
import dev.millrace.streams.log.KafkaEventLog;
import dev.millrace.streams.views.ViewsApplication;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/// The HTTP gateway, and whom it asks: parts of this process if it has their roles, else other
/// processes.
@Module
final class GatewayModule {

    private GatewayModule() {}

    @Provides
    @Singleton
    static EventLog eventLog(Parts parts, SiteLog log, EventSerdes serdes) {
        return parts.start("event log", () -> new KafkaEventLog(log.client(), serdes));
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
    static Views views(Roles roles, SiteConfig config, Provider<ViewsApplication> here) {
        return here.get().views();
    }

    @Provides
    @Singleton
    static SearchIndex search(
            Parts parts,
            Roles roles,
            SiteConfig config,
            Provider<LuceneStore> store,
            Provider<DjlEmbedder> embedder) {
        return parts.start("search", () -> new LuceneSearchIndex(store.get(), embedder.get()));
    }

    @Provides
    static GatewayPorts ports(
            KafkaTaskSubmissions submissions,
            Views views,
            EventLog log,
            SearchIndex search,
            BlobStore blobs,
            Supplier<Readiness> readiness) {
        return new GatewayPorts(submissions, views, log, search, blobs, readiness);
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
