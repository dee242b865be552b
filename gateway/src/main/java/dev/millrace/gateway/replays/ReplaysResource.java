package dev.millrace.gateway.replays;

import dev.millrace.domain.replay.Replay;
import dev.millrace.domain.replay.ReplayRequest;
import dev.millrace.domain.replay.Replays;
import dev.millrace.domain.replay.UnknownReplay;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.Moment;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.UnknownView;
import dev.millrace.domain.view.ViewCatalogue;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.domain.view.Views.ViewRow;
import dev.millrace.gateway.access.Role;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import dev.millrace.gateway.rows.RowAnswers;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// `/v1/replays…`, and lists of views as they were.
public final class ReplaysResource {

    private static final Set<Role> REPLAYING = Set.of(Role.ADMIN, Role.OPERATOR, Role.AUDITOR);
    private static final String TASKS = "tasks";
    private static final int OK = 200;
    private static final int ACCEPTED = 202;

    private final Replays replays;

    public ReplaysResource(Replays replays) {
        this.replays = replays;
    }

    /// `POST /v1/replays`.
    public CompletionStage<Answer> start(Call call) {
        var request = request(call.body(), call.tenant());
        return replays.start(request).thenApply(ReplaysResource::accepted);
    }

    private static ReplayRequest request(JsonObject body, String tenant) {
        var until = moment("until", body.getString("until"));
        var rate = body.getInteger("rate");
        var view = body.getString("view");
        var entity = body.getString("entity");
        var range = body.getJsonObject("range");
        if (Stream.of(view, entity, range).filter(Objects::nonNull).count() != 1) {
            throw new ProblemException(
                    Problem.ofField(
                            ProblemKind.INVALID_REQUEST,
                            "view",
                            "with entity or range, or none of them (expected: one of view, entity"
                                    + " and range)"));
        }
        if (entity != null) {
            return new ReplayRequest(
                    TASKS, tenant, TaskId.parse(entity).toString(), null, until, rate);
        }
        if (range != null) {
            var from = moment("range.from", range.getString("from"));
            return new ReplayRequest(
                    range.getString("view", TASKS), tenant, null, from, until, rate);
        }
        return new ReplayRequest(view, tenant, until, rate);
    }

    private static @Nullable Moment moment(String field, @Nullable String text) {
        return text == null ? null : Call.parsed(field, text, Moment::parse);
    }

    /// `GET /v1/replays`.
    public CompletionStage<Answer> list(Call call) {
        var items =
                replays.list(call.tenant()).stream()
                        .map(replay -> ReplayJson.of(replay).encode())
                        .toList();
        return CompletableFuture.completedStage(
                Answer.page(call, items, null, Position.START, "token"));
    }

    /// `GET /v1/replays/{replay}`.
    public CompletionStage<Answer> get(Call call) throws UnknownReplay {
        return shown(replays.get(call.tenant(), id(call)));
    }

    /// `POST /v1/replays/{replay}/pause`.
    public CompletionStage<Answer> pause(Call call) throws UnknownReplay {
        return act(call, Replay.Action.PAUSE);
    }

    /// `POST /v1/replays/{replay}/resume`.
    public CompletionStage<Answer> resume(Call call) throws UnknownReplay {
        return act(call, Replay.Action.RESUME);
    }

    /// `POST /v1/replays/{replay}/cancel`.
    public CompletionStage<Answer> cancel(Call call) throws UnknownReplay {
        return act(call, Replay.Action.CANCEL);
    }

    /// `GET /v1/replays/{replay}/rows`.
    public CompletionStage<Answer> rows(Call call) throws UnknownReplay {
        return rows(call, replays.get(call.tenant(), id(call)), call.filters());
    }

    /// `GET /v1/replays/{replay}/rows/{key}`.
    public CompletionStage<Answer> row(Call call) throws UnknownReplay {
        var replay = replays.get(call.tenant(), id(call));
        var query = RowAnswers.row(call, replay.view(), call.required("key"));
        var fields = RowAnswers.fields(call, replay.view());
        return replays.row(replay.id(), query)
                .thenApply(row -> RowAnswers.row(call, replay.view(), row, fields));
    }

    /// `GET /v1/replays/{replay}/steps`.
    public CompletionStage<Answer> steps(Call call) throws UnknownReplay {
        return replays.steps(
                        call.tenant(), id(call), call.integer("limit"), call.text(RowAnswers.TOKEN))
                .thenApply(page ->
                        Answer.page(
                                call,
                                page.items(),
                                page.nextToken(),
                                page.position(),
                                RowAnswers.TOKEN));
    }

    /// A list of a view as it was at a moment: the rows of a replay up to then if there is one that
    /// has finished; else 202, and the replay that is on its way there. One that failed is told of,
    /// and one that somebody holds back is not waited for.
    public CompletionStage<Answer> asOf(
            Call call, String view, String asOf, Map<String, String> filters)
            throws UnknownReplay, UnknownView {
        var until = Call.parsed("as_of", asOf, Moment::parse);
        check(call, view, filters);
        return ended(call, view, until, replay -> rows(call, replay, filters));
    }

    /// A row of a view that keeps no past as it was at a moment, in the same way.
    public CompletionStage<Answer> rowAsOf(Call call, String view, String key, String asOf)
            throws UnknownView {
        var until = Call.parsed("as_of", asOf, Moment::parse);
        check(call, view, Map.of());
        var fields = RowAnswers.fields(call, view);
        return ended(
                call,
                view,
                until,
                replay ->
                        row(replay, new RowQuery(view, call.tenant(), key))
                                .thenApply(row -> RowAnswers.row(call, view, row, fields)));
    }

    /// What is read of a replay up to a moment once it has ended; until then 202 and the replay.
    private CompletionStage<Answer> ended(Call call, String view, Moment until, Reading reading) {
        return until(call.tenant(), view, until)
                .thenCompose(replay -> {
                    if (!replay.state().isEnded()) {
                        return CompletableFuture.completedStage(accepted(replay));
                    }
                    try {
                        return reading.of(replay);
                    } catch (UnknownReplay gone) {
                        return CompletableFuture.failedStage(gone);
                    }
                });
    }

    @FunctionalInterface
    private interface Reading {
        CompletionStage<Answer> of(Replay replay) throws UnknownReplay;
    }

    /// A replay of a view up to a moment: one that has finished, or is on its way there; begun if
    /// there is neither.
    ///
    /// @throws ProblemException if the last one failed
    public CompletionStage<Replay> until(String tenant, String view, Moment moment) {
        for (var replay : replays.list(tenant)) {
            if (!replay.request().isWholeViewUntil(view, moment)) {
                continue;
            }
            switch (replay.state()) {
                case FINISHED -> {
                    return CompletableFuture.completedStage(replay);
                }
                case RUNNING, COMPARING -> {
                    if (replay.request().rate() == null) {
                        return CompletableFuture.completedStage(replay);
                    }
                }
                case FAILED ->
                        throw new ProblemException(
                                Problem.of(
                                        ProblemKind.UNAVAILABLE,
                                        "the replay %s failed: %s; POST /v1/replays begins another"
                                                .formatted(replay.id(), replay.problem())));
                case PAUSED, CANCELLED -> {
                    /* As if it were not there. */
                }
            }
        }
        return replays.start(new ReplayRequest(view, tenant, moment, null));
    }

    /// A page of what a replay has.
    public CompletionStage<ViewPage> rows(Replay replay, ViewQuery query) throws UnknownReplay {
        return replays.rows(replay.id(), query);
    }

    /// A row of what a replay has.
    public CompletionStage<ViewRow> row(Replay replay, RowQuery query) throws UnknownReplay {
        return replays.row(replay.id(), query);
    }

    /// The answer while replays that are needed for it are under way.
    public static Answer accepted(List<Replay> needed) {
        var shown = new JsonArray();
        needed.forEach(replay -> shown.add(ReplayJson.of(replay)));
        return Answer.json(ACCEPTED, new JsonObject().put("replays", shown))
                .with("Retry-After", "1");
    }

    /// Refuses what would be refused once the replay has finished, and who may not replay.
    public static void check(Call call, String view, Map<String, String> filters)
            throws UnknownView {
        var known = ViewCatalogue.all().stream().filter(one -> one.name().equals(view)).findFirst();
        if (known.isEmpty()) {
            throw new UnknownView(view, ViewCatalogue.names());
        }
        if (call.text("after") != null) {
            throw new ProblemException(
                    Problem.ofField(
                            ProblemKind.INVALID_REQUEST,
                            "after",
                            "together with as_of (expected: one of them)"));
        }
        for (var filter : filters.keySet()) {
            if (!known.get().filters().contains(filter)) {
                throw new InvalidQuery(
                        "filter: %s (expected: one of %s)"
                                .formatted(filter, known.get().filters()));
            }
        }
        var _ = RowAnswers.fields(call, view);
        if (call.caller().roles().stream().noneMatch(REPLAYING::contains)) {
            throw new ProblemException(
                    Problem.of(
                            ProblemKind.FORBIDDEN,
                            "lists as they were need one of the roles admin, auditor, operator"));
        }
    }

    private CompletionStage<Answer> rows(Call call, Replay replay, Map<String, String> filters)
            throws UnknownReplay {
        var query = RowAnswers.list(call, replay.view(), filters);
        var fields = RowAnswers.fields(call, replay.view());
        return replays.rows(replay.id(), query)
                .thenApply(page -> RowAnswers.page(call, page, fields));
    }

    private CompletionStage<Answer> act(Call call, Replay.Action action) throws UnknownReplay {
        return shown(replays.act(call.tenant(), id(call), action));
    }

    private static CompletionStage<Answer> shown(Replay replay) {
        return CompletableFuture.completedStage(Answer.json(OK, ReplayJson.of(replay)));
    }

    private static Answer accepted(Replay replay) {
        return Answer.json(ACCEPTED, ReplayJson.of(replay))
                .with("Location", "/v1/replays/" + replay.id())
                .with("Retry-After", "1");
    }

    private static UUID id(Call call) {
        return UUID.fromString(call.required("replay"));
    }
}
