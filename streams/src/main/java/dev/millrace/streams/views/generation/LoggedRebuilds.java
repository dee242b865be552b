package dev.millrace.streams.views.generation;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.view.generation.GenerationLog;
import dev.millrace.domain.view.generation.Generations;
import dev.millrace.domain.view.generation.Rebuild;
import dev.millrace.domain.view.generation.RebuildRefused;
import dev.millrace.domain.view.generation.Rebuilds;
import dev.millrace.domain.view.generation.RebuildsUnavailable;
import dev.millrace.domain.view.generation.ViewEvent;
import dev.millrace.streams.runtime.GroupLog;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Rebuilds that are asked for in the log, by whichever process, and done by those that have the
/// views.
public final class LoggedRebuilds implements Rebuilds, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LoggedRebuilds.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final GenerationLog log;
    private final ProgressOfRebuild progress;
    private final Runnable letGo;

    /// Rebuilds of the site whose log this is.
    ///
    /// @param log followed from before
    /// @param client how Kafka is reached: `bootstrap.servers` and whatever else its clients need
    /// @param partitions how many each topic has
    public static LoggedRebuilds of(GenerationLog log, Map<String, Object> client, int partitions) {
        var settings = new HashMap<>(client);
        int millis = Math.toIntExact(PATIENCE.toMillis());
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
        var groups = GroupLog.of(Admin.create(settings));
        return new LoggedRebuilds(log, new CommittedProgress(groups, partitions), groups::close);
    }

    LoggedRebuilds(GenerationLog log, ProgressOfRebuild progress, Runnable letGo) {
        this.log = log;
        this.progress = progress;
        this.letGo = letGo;
    }

    @Override
    public CompletionStage<Rebuild> show() {
        return knowing(this::shown);
    }

    private CompletionStage<Rebuild> shown(Generations now) {
        if (now.building().isEmpty()) {
            return CompletableFuture.completedStage(new Rebuild(now, null));
        }
        return progress.of(now.building().getAsInt())
                .toCompletableFuture()
                .copy()
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .handle((known, failure) -> {
                    if (failure != null) {
                        LOG.atDebug()
                                .setMessage("The progress of a rebuild is not known just now")
                                .setCause(failure)
                                .log();
                    }
                    return new Rebuild(now, known);
                });
    }

    @Override
    public CompletionStage<Rebuild> begin(Actor actor) {
        return knowing(now ->
                now.building().isPresent()
                        ? refused(
                                "generation %d is being built since %s"
                                        .formatted(now.building().getAsInt(), now.since()))
                        : said(
                                new ViewEvent.RebuildRequested(now.next()),
                                actor,
                                "another rebuild was asked for at the same moment"));
    }

    @Override
    public CompletionStage<Rebuild> cancel(Actor actor) {
        return knowing(now ->
                now.building().isEmpty()
                        ? refused("no rebuild is under way")
                        : said(
                                new ViewEvent.RebuildCancelled(now.building().getAsInt()),
                                actor,
                                "the rebuild has just ended"));
    }

    private CompletionStage<Rebuild> knowing(Function<Generations, CompletionStage<Rebuild>> next) {
        Generations now;
        try {
            now = log.generations();
        } catch (RebuildsUnavailable notYet) {
            return CompletableFuture.failedStage(notYet);
        }
        return next.apply(now);
    }

    private CompletionStage<Rebuild> said(ViewEvent event, Actor actor, String otherwise) {
        return log.append(event, actor)
                .thenCompose(counted -> counted ? show() : refused(otherwise));
    }

    private static CompletionStage<Rebuild> refused(String why) {
        return CompletableFuture.failedStage(new RebuildRefused(why));
    }

    /// Lets go of Kafka.
    @Override
    public void close() {
        letGo.run();
    }
}
