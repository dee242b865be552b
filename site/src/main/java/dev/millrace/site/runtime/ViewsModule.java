package dev.millrace.site.runtime;

import dagger.Module;
import dagger.Provides;
import dev.millrace.domain.event.Site;
import dev.millrace.schemas.query.QueryPaths;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.view.ViewLog;
import dev.millrace.site.config.SiteConfig;
import dev.millrace.site.management.ManagementServer;
import dev.millrace.site.management.Metrics;
import dev.millrace.site.management.SiteSecret;
import dev.millrace.streams.views.Instance;
import dev.millrace.streams.views.RunningViews;
import dev.millrace.streams.views.StandbyReplicas;
import dev.millrace.streams.views.ViewsApplication;
import dev.millrace.streams.views.ViewsSettings;
import dev.millrace.streams.views.generation.LoggedRebuilds;
import dev.millrace.streams.views.generation.ViewGenerations;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/// The views, their generations, and rebuilds of them.
@Module
final class ViewsModule {

    private ViewsModule() {}

    /// Has been read to its end: a process is to start with the generation that answers.
    @Provides
    @Singleton
    static ViewLog log(
            Parts parts,
            SiteConfig config,
            SiteLog log,
            EventSerdes serdes,
            Site site,
            Supplier<UUID> ids,
            InstantSource clock) {
        var patience = config.logStartTimeout();
        return parts.start(
                "view events",
                () -> {
                    var views = new ViewLog(log.client(), serdes, site, ids, clock);
                    return Parts.going(
                            views,
                            () -> {
                                var _ =
                                        views.start()
                                                .toCompletableFuture()
                                                .get(patience.toMillis(), TimeUnit.MILLISECONDS);
                            });
                });
    }

    @Provides
    @Singleton
    static ViewGenerations views(
            Parts parts,
            StateFolder state,
            SiteConfig config,
            SiteLog log,
            ViewLog generations,
            EventSerdes serdes,
            InstantSource clock,
            Metrics metrics,
            Roles roles,
            ManagementServer management,
            SiteSecret secret) {
        // Beside a whole site there is no other instance.
        var instance =
                roles.isWholeSite()
                        ? null
                        : new Instance(
                                config.management().advertisedHost(),
                                management.port(),
                                secret.value());
        var making = making(state, config, log, serdes, clock, metrics, instance);
        return parts.start(
                "views",
                () -> {
                    var views =
                            new ViewGenerations(
                                    generations,
                                    ViewsSettings.of(config.partitions()),
                                    log.client(),
                                    state.path(),
                                    making);
                    management.internal(QueryPaths.VIEWS, views.viewsHandler());
                    management.internal(QueryPaths.STORES, views.storesHandler());
                    management.internal(QueryPaths.ARRIVALS, views.arrivalsHandler());
                    return Parts.going(views, views::start);
                });
    }

    private static Function<ViewsSettings, RunningViews> making(
            StateFolder state,
            SiteConfig config,
            SiteLog log,
            EventSerdes serdes,
            InstantSource clock,
            Metrics metrics,
            @Nullable Instance instance) {
        return settings -> {
            if (instance != null) {
                try (var admin = Admin.create(log.client())) {
                    StandbyReplicas.provide(
                            admin, settings.applicationId(), config.views().standbys());
                } catch (InterruptedException stop) {
                    throw new InterruptException(stop);
                }
            }
            return new ViewsApplication(
                    settings,
                    log.client(),
                    state.path(),
                    serdes,
                    clock,
                    metrics.registry(),
                    instance);
        };
    }

    @Provides
    @Singleton
    static LoggedRebuilds rebuilds(
            Parts parts, SiteConfig config, SiteLog log, ViewLog generations) {
        return parts.start(
                "rebuilds of views",
                () -> LoggedRebuilds.of(generations, log.client(), config.partitions()));
    }
}
