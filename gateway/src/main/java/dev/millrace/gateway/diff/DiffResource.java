package dev.millrace.gateway.diff;

import dev.millrace.domain.replay.Replay;
import dev.millrace.domain.view.Moment;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.domain.view.Views.ViewRow;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import dev.millrace.gateway.replays.ReplaysResource;
import dev.millrace.gateway.rows.Fields;
import dev.millrace.gateway.rows.RowAnswers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// `GET /v1/views/{view}/diff` and `GET /v1/views/{view}/{key}/diff`.
///
/// A task knows its past; for all else the log is replayed, once for each of the two moments, and
/// the later one may be now: the live view.
public final class DiffResource {

    private static final String TASKS = "tasks";

    private final Views views;
    private final ReplaysResource replays;

    public DiffResource(Views views, ReplaysResource replays) {
        this.views = views;
        this.replays = replays;
    }

    /// `GET /v1/views/{view}/diff`.
    public CompletionStage<Answer> list(Call call) throws Exception {
        var view = call.required("view");
        var span = span(call);
        var filters = call.filters();
        ReplaysResource.check(call, view, filters);
        var fields = RowAnswers.fields(call, view);
        var sides = replayed(call, view, span);
        if (!areThere(sides)) {
            return CompletableFuture.completedStage(ReplaysResource.accepted(sides));
        }
        var diff = new RowDiff(view, call.tenant(), filters, fields, before(sides), after(sides));
        var page = diff.page(call.integer("limit"), call.text(RowAnswers.TOKEN));
        return CompletableFuture.completedStage(RowAnswers.page(call, page, Fields.ALL));
    }

    /// `GET /v1/views/{view}/{key}/diff`.
    public CompletionStage<Answer> row(Call call) throws Exception {
        var view = call.required("view");
        var key = call.required("key");
        var span = span(call);
        if (view.equals(TASKS)) {
            return CompletableFuture.completedStage(
                    answer(
                            call,
                            view,
                            done(views.get(query(call, view, key, span.from()))),
                            done(views.get(query(call, view, key, span.to())))));
        }
        ReplaysResource.check(call, view, Map.of());
        var sides = replayed(call, view, span);
        if (!areThere(sides)) {
            return CompletableFuture.completedStage(ReplaysResource.accepted(sides));
        }
        var query = query(call, view, key, null);
        return CompletableFuture.completedStage(
                answer(call, view, done(before(sides).get(query)), done(after(sides).get(query))));
    }

    private static Answer answer(Call call, String view, ViewRow before, ViewRow after) {
        var was = before.json();
        var is = after.json();
        if (was == null && is == null) {
            throw new ProblemException(RowAnswers.absent(view, after.key()));
        }
        var fields = RowAnswers.fields(call, view);
        var change =
                new RowChange(
                        after.key(),
                        was == null ? null : fields.of(was),
                        is == null ? null : fields.of(is));
        return Answer.json(change.json()).with(RowAnswers.POSITION, after.position().toString());
    }

    private List<Replay> replayed(Call call, String view, Span span) throws Exception {
        var from = done(replays.until(call.tenant(), view, span.from()));
        var to = span.to();
        return to == null
                ? List.of(from)
                : List.of(from, done(replays.until(call.tenant(), view, to)));
    }

    private static boolean areThere(List<Replay> replays) {
        return replays.stream().allMatch(replay -> replay.state().isEnded());
    }

    private Side before(List<Replay> sides) {
        return new Replayed(replays, sides.getFirst());
    }

    private Side after(List<Replay> sides) {
        return sides.size() == 1
                ? new Live(views, sides.getFirst().position())
                : new Replayed(replays, sides.getLast());
    }

    private static RowQuery query(Call call, String view, String key, @Nullable Moment moment) {
        return new RowQuery(view, call.tenant(), key, Position.START, moment);
    }

    private static Span span(Call call) {
        var from = Call.parsed("from", call.required("from"), Moment::parse);
        var text = call.text("to");
        var to = text == null ? null : Call.parsed("to", text, Moment::parse);
        if (from instanceof Moment.Time(var first)
                && to instanceof Moment.Time(var last)
                && first.isAfter(last)) {
            throw new ProblemException(
                    Problem.ofField(
                            ProblemKind.INVALID_REQUEST,
                            "from",
                            "%s (expected: not after to)".formatted(first)));
        }
        return new Span(from, to);
    }

    private static <T> T done(CompletionStage<T> answer) throws Exception {
        return answer.toCompletableFuture().get();
    }

    /// @param to null for now
    private record Span(Moment from, @Nullable Moment to) {}

    /// @param after the view is read no earlier than it has come to where the other side is
    private record Live(Views views, Position after) implements Side {
        @Override
        public CompletionStage<ViewPage> list(ViewQuery query) {
            return views.list(
                    new ViewQuery(
                            query.view(),
                            query.tenant(),
                            query.filters(),
                            query.reversed(),
                            query.counted(),
                            query.limit(),
                            query.token(),
                            after));
        }

        @Override
        public CompletionStage<ViewRow> get(RowQuery query) {
            return views.get(
                    new RowQuery(query.view(), query.tenant(), query.key(), after, query.asOf()));
        }
    }

    private record Replayed(ReplaysResource replays, Replay replay) implements Side {
        @Override
        public CompletionStage<ViewPage> list(ViewQuery query) throws Exception {
            return replays.rows(replay, query);
        }

        @Override
        public CompletionStage<ViewRow> get(RowQuery query) throws Exception {
            return replays.row(replay, query);
        }
    }
}
