package dev.millrace.gateway;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.view.generation.Generations;
import dev.millrace.domain.view.generation.Rebuild;
import dev.millrace.domain.view.generation.RebuildProgress;
import dev.millrace.domain.view.generation.RebuildRefused;
import dev.millrace.domain.view.generation.Rebuilds;
import dev.millrace.domain.view.generation.RebuildsUnavailable;
import dev.millrace.domain.view.generation.ViewEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Rebuilds that go on only when they are told to.
final class FakeRebuilds implements Rebuilds {

    private static final Instant AT = Instant.parse("2026-11-22T11:59:56Z");

    final List<Actor> actors = new ArrayList<>();
    volatile @Nullable RebuildProgress progress;
    volatile boolean isAway;
    private volatile Generations now = Generations.FIRST;

    /// Lets an event come from elsewhere.
    void happens(ViewEvent event) {
        now = now.with(event, AT);
    }

    @Override
    public CompletionStage<Rebuild> show() {
        return isAway
                ? CompletableFuture.failedStage(new RebuildsUnavailable("not all has been read"))
                : CompletableFuture.completedStage(
                        new Rebuild(now, now.building().isPresent() ? progress : null));
    }

    @Override
    public CompletionStage<Rebuild> begin(Actor actor) {
        return said(new ViewEvent.RebuildRequested(now.next()), actor);
    }

    @Override
    public CompletionStage<Rebuild> cancel(Actor actor) {
        return now.building().isEmpty()
                ? CompletableFuture.failedStage(new RebuildRefused("no rebuild is under way"))
                : said(new ViewEvent.RebuildCancelled(now.last()), actor);
    }

    private CompletionStage<Rebuild> said(ViewEvent event, Actor actor) {
        var before = now;
        happens(event);
        if (now.equals(before)) {
            return CompletableFuture.failedStage(new RebuildRefused("one is under way"));
        }
        actors.add(actor);
        return show();
    }
}
