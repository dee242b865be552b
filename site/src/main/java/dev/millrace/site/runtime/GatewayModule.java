package dev.millrace.site.runtime;

import dagger.Module;
import dagger.Provides;
import dev.millrace.domain.audit.Audit;
import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.kind.KindsUnavailable;
import dev.millrace.domain.kind.WorkQueues;
import dev.millrace.domain.log.DeadLetterLog;
import dev.millrace.domain.log.EventLog;
import dev.millrace.domain.log.LiveLog;
import dev.millrace.domain.log.LogExports;
import dev.millrace.domain.replay.Replays;
import dev.millrace.domain.search.SearchIndex;
import dev.millrace.domain.view.Derivations;
import dev.millrace.domain.view.Freshness;
import dev.millrace.domain.view.Views;
import dev.millrace.gateway.Gateway;
import dev.millrace.gateway.GatewayConfig;
import dev.millrace.gateway.GatewayPorts;
import dev.millrace.gateway.access.BearerTokens;
import dev.millrace.gateway.access.Principal;
import dev.millrace.gateway.admission.Admission;
import dev.millrace.gateway.commands.KafkaTaskSubmissions;
import dev.millrace.gateway.commands.SubmissionsConfig;
import dev.millrace.gateway.queues.KafkaWorkSource;
import dev.millrace.gateway.remote.HttpSearchIndex;
import dev.millrace.gateway.remote.HttpViews;
import dev.millrace.gateway.remote.RemoteConfig;
import dev.millrace.gateway.status.Readiness;
import dev.millrace.gateway.views.ReadYourWrites;
import dev.millrace.schemas.kind.KindLog;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.topic.KafkaWorkQueues;
import dev.millrace.schemas.topic.TopicsNotProvisioned;
import dev.millrace.search.lucene.LuceneSearchIndex;
import dev.millrace.site.broker.DataFolder;
import dev.millrace.site.config.SiteConfig;
import dev.millrace.site.disk.DiskGuard;
import dev.millrace.site.identity.LocalToken;
import dev.millrace.site.management.Metrics;
import dev.millrace.site.management.SiteSecret;
import dev.millrace.site.role.Role;
import dev.millrace.streams.log.KafkaDeadLetterLog;
import dev.millrace.streams.log.KafkaDerivations;
import dev.millrace.streams.log.KafkaEventLog;
import dev.millrace.streams.log.KafkaFreshness;
import dev.millrace.streams.log.KafkaLiveLog;
import dev.millrace.streams.log.KafkaLogExports;
import dev.millrace.streams.replay.KafkaReplays;
import dev.millrace.streams.views.ViewTopics;
import dev.millrace.streams.views.generation.LoggedRebuilds;
import dev.millrace.streams.views.generation.ViewGenerations;
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
    static LiveLog liveLog(Parts parts, SiteLog log, EventSerdes serdes) {
        return parts.start("live log", () -> new KafkaLiveLog(log.client(), serdes));
    }

    @Provides
    @Singleton
    static LogExports logExports(Parts parts, SiteLog log, EventSerdes serdes) {
        return parts.start("log exports", () -> new KafkaLogExports(log.client(), serdes));
    }

    @Provides
    @Singleton
    static Freshness freshness(Parts parts, SiteConfig config, SiteLog log, InstantSource clock) {
        return parts.start(
                "freshness",
                () -> new KafkaFreshness(log.client(), ViewTopics::of, config.partitions(), clock));
    }

    @Provides
    @Singleton
    static Derivations derivations(Parts parts, SiteConfig config, SiteLog log) {
        return parts.start(
                "derivations",
                () -> new KafkaDerivations(log.client(), ViewTopics::of, config.partitions()));
    }

    @Provides
    @Singleton
    static DeadLetterLog deadLetters(Parts parts, SiteLog log) {
        return parts.start("dead letters", () -> new KafkaDeadLetterLog(log.client()));
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
    static KafkaWorkSource work(
            Parts parts,
            SiteConfig config,
            SiteLog log,
            EventSerdes serdes,
            KafkaWorkQueues queues) {
        return parts.start(
                "work for HTTP workers",
                () -> new KafkaWorkSource(log.client(), serdes, queues, config.instance()));
    }

    @Provides
    @Singleton
    static KindLog kinds(
            Parts parts,
            SiteLog log,
            EventSerdes serdes,
            Site site,
            Supplier<UUID> ids,
            InstantSource clock) {
        return parts.start(
                "kinds",
                () -> {
                    var kinds = new KindLog(log.client(), serdes, site, ids, clock);
                    return Parts.going(kinds, kinds::start);
                });
    }

    @Provides
    static WorkQueues queues(KafkaWorkQueues queues) {
        return kind -> {
            try {
                queues.provide(kind);
            } catch (TopicsNotProvisioned refused) {
                throw new KindsUnavailable(String.valueOf(refused.getMessage()), refused);
            }
        };
    }

    @Provides
    @Singleton
    static Views views(
            Parts parts,
            Roles roles,
            SiteConfig config,
            SiteSecret secret,
            Provider<ViewGenerations> here) {
        if (roles.has(Role.VIEWS)) {
            return here.get().views();
        }
        return parts.start(
                "remote views",
                () -> new HttpViews(RemoteConfig.of(config.peers().views(), secret.value())),
                _ -> {});
    }

    @Provides
    @Singleton
    static Replays replays(
            Parts parts,
            SiteConfig config,
            SiteLog log,
            EventSerdes serdes,
            Views views,
            DataFolder folder,
            Supplier<UUID> ids,
            InstantSource clock) {
        return parts.start(
                "replays",
                () ->
                        new KafkaReplays(
                                log.client(),
                                serdes,
                                views,
                                config.partitions(),
                                folder.replays(),
                                ids,
                                clock));
    }

    @Provides
    @Singleton
    static SearchIndex search(
            Parts parts,
            Roles roles,
            SiteConfig config,
            SiteSecret secret,
            Provider<LuceneSearchIndex> here) {
        if (roles.has(Role.SEARCH)) {
            return here.get();
        }
        return parts.start(
                "remote search",
                () -> new HttpSearchIndex(RemoteConfig.of(config.peers().search(), secret.value())),
                _ -> {});
    }

    @Provides
    @Singleton
    static Admission admission(
            Parts parts,
            SiteConfig config,
            SiteLog log,
            EventSerdes serdes,
            KafkaTaskSubmissions submissions,
            KindLog kinds,
            BlobStore blobs,
            DiskGuard disk,
            Site site,
            Supplier<UUID> ids,
            InstantSource clock,
            Metrics metrics) {
        return parts.start(
                "admission",
                () -> {
                    var admission =
                            new Admission(
                                    log.client(),
                                    config.instance(),
                                    serdes,
                                    submissions,
                                    kinds,
                                    blobs,
                                    disk,
                                    site,
                                    ids,
                                    clock,
                                    metrics.registry());
                    return Parts.going(admission, admission::start);
                });
    }

    @Provides
    static GatewayPorts ports(
            KafkaTaskSubmissions submissions,
            KafkaWorkSource work,
            Views views,
            Derivations derivations,
            Freshness freshness,
            LoggedRebuilds rebuilds,
            Replays replays,
            EventLog log,
            LiveLog live,
            LogExports exports,
            DeadLetterLog letters,
            SearchIndex search,
            BlobStore blobs,
            KindLog kinds,
            WorkQueues queues,
            DiskGuard disk,
            Supplier<Readiness> readiness,
            Audit audit) {
        return new GatewayPorts(
                submissions,
                submissions,
                work,
                new ReadYourWrites(views, derivations),
                freshness,
                rebuilds,
                replays,
                log,
                live,
                exports,
                letters,
                search,
                blobs,
                kinds,
                queues,
                disk,
                readiness,
                audit);
    }

    @Provides
    static BearerTokens tokens(LocalToken token) {
        return new BearerTokens(
                Map.of(
                        token.value(),
                        new Principal(
                                "local administrator",
                                Envelope.DEFAULT_TENANT,
                                Set.of(dev.millrace.gateway.access.Role.ADMIN),
                                new Actor("admin", Actor.Proof.LOCAL))));
    }

    @Provides
    @Singleton
    static RunningGateway gateway(
            Parts parts,
            Metrics metrics,
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
                            new Gateway(
                                    listening,
                                    tokens,
                                    ports,
                                    site,
                                    ids,
                                    clock,
                                    vertx -> vertx.withMetrics(metrics.ofVertx())),
                            settings.host(),
                            settings.port());
                });
    }
}
