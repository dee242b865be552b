package dev.millrace.streams.views.generation;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.view.generation.GenerationLog;
import dev.millrace.domain.view.generation.Generations;
import dev.millrace.domain.view.generation.RebuildsUnavailable;
import dev.millrace.domain.view.generation.ViewEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// A log that several processes share, in which what is said stands at once unless it is away.
final class FakeLog implements GenerationLog {

    private static final Instant NOON = Instant.parse("2026-11-27T12:00:00Z");

    final List<ViewEvent> said = new ArrayList<>();
    boolean isAway;
    boolean isUnread;
    private Generations now = Generations.FIRST;

    @Override
    public Generations generations() throws RebuildsUnavailable {
        if (isUnread) {
            throw new RebuildsUnavailable("not all has been read yet");
        }
        return now;
    }

    @Override
    public CompletionStage<Boolean> append(ViewEvent event, Actor actor) {
        if (isAway) {
            return CompletableFuture.failedStage(new RebuildsUnavailable("away"));
        }
        said.add(event);
        var before = now;
        now = now.with(event, NOON.plusSeconds(said.size()));
        return CompletableFuture.completedStage(!now.equals(before));
    }

    void happens(ViewEvent event) {
        var _ = append(event, Succession.ACTOR);
    }
}
