package dev.millrace.gateway;

import dev.millrace.domain.replay.Replay;
import dev.millrace.domain.replay.Replay.Comparison;
import dev.millrace.domain.replay.Replay.State;
import dev.millrace.domain.replay.Replay.Tally;
import dev.millrace.domain.replay.ReplayRequest;
import dev.millrace.domain.replay.Replays;
import dev.millrace.domain.replay.ReplaysBusy;
import dev.millrace.domain.replay.UnknownReplay;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.domain.view.Views.ViewRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Replays that move only when they are told to, over the rows of some views.
final class FakeReplays implements Replays {

    private static final int MOST = 2;
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private volatile Views rows;
    private final List<Replay> replays = new ArrayList<>();

    FakeReplays(Views rows) {
        this.rows = rows;
    }

    /// Gives replays rows of their own.
    void show(Views past) {
        rows = past;
    }

    /// Ends the last one.
    synchronized void end(State state, @Nullable Comparison comparison) {
        replays.set(replays.size() - 1, with(replays.getLast(), state, comparison));
    }

    @Override
    public synchronized CompletionStage<Replay> start(ReplayRequest request) {
        if (replays.size() == MOST) {
            return CompletableFuture.failedStage(new ReplaysBusy("2 replays are under way"));
        }
        var replay =
                new Replay(
                        new UUID(0x7000, 0x8000_0000_0000_0000L + replays.size()),
                        request,
                        State.RUNNING,
                        FakeViews.POSITION,
                        Position.at("millrace.task-events", 0, 9),
                        8,
                        10,
                        NOON,
                        Duration.ofMillis(1500),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null);
        replays.add(replay);
        return CompletableFuture.completedStage(replay);
    }

    @Override
    public synchronized List<Replay> list(String tenant) {
        return List.copyOf(replays.reversed());
    }

    @Override
    public synchronized Replay get(String tenant, UUID id) throws UnknownReplay {
        return replays.stream()
                .filter(replay -> replay.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new UnknownReplay(id));
    }

    @Override
    public synchronized Replay act(String tenant, UUID id, Replay.Action action)
            throws UnknownReplay {
        var replay = get(tenant, id);
        var state =
                switch (action) {
                    case PAUSE -> State.PAUSED;
                    case RESUME -> State.RUNNING;
                    case CANCEL -> State.CANCELLED;
                };
        replays.set(replays.indexOf(replay), with(replay, state, null));
        return get(tenant, id);
    }

    @Override
    public CompletionStage<ViewPage> rows(UUID id, ViewQuery query) throws UnknownReplay {
        get(query.tenant(), id);
        return rows.list(query);
    }

    @Override
    public CompletionStage<ViewRow> row(UUID id, RowQuery query) throws UnknownReplay {
        get(query.tenant(), id);
        return rows.get(query);
    }

    @Override
    public CompletionStage<ViewPage> steps(
            String tenant, UUID id, int limit, @Nullable String token) throws UnknownReplay {
        get(tenant, id);
        return CompletableFuture.completedStage(
                new ViewPage(
                        List.of("{\"event\":{\"version\":1},\"row\":null,\"changed\":[]}"),
                        limit == 1 ? "1" : null,
                        FakeViews.POSITION));
    }

    private static Replay with(Replay replay, State state, @Nullable Comparison comparison) {
        return new Replay(
                replay.id(),
                replay.request(),
                state,
                replay.position(),
                replay.target(),
                replay.done(),
                replay.total(),
                replay.created(),
                state == State.RUNNING ? replay.left() : null,
                state.isEnded() ? NOON.plusSeconds(2) : null,
                state.isEnded() ? NOON.plusSeconds(3) : null,
                state.isEnded() ? NOON.plusSeconds(3603) : null,
                comparison,
                replay.request().from() == null
                        ? null
                        : new Tally(
                                3,
                                new TreeMap<>(Map.of("dev.millrace.task.queued", 3L)),
                                NOON,
                                NOON),
                null);
    }
}
