package dev.millrace.gateway.rows;

import dev.millrace.domain.view.Moment;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.RowField;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.ViewCatalogue;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views.ViewDescription;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.domain.view.Views.ViewRow;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a request asks of rows, and how they are answered: the same for live views and replays.
public final class RowAnswers {

    /// The query parameter for the next page.
    public static final String TOKEN = "token";

    /// The header that says how far a view had read.
    public static final String POSITION = "Millrace-Position";

    /// The header of an answer that is no JSON with what asks for the one after it.
    public static final String NEXT = "Millrace-Next";

    private static final String STANDBY = "Millrace-Standby";
    private static final String STALENESS = "Millrace-Staleness-Ms";

    private RowAnswers() {}

    /// The list that is asked for.
    public static ViewQuery list(Call call, String view, Map<String, String> filters) {
        return new ViewQuery(
                view,
                call.tenant(),
                filters,
                "true".equals(call.text("reverse")),
                "true".equals(call.text("count")),
                call.integer("limit"),
                call.text(TOKEN),
                after(call),
                isStaleOk(call));
    }

    /// The row that is asked for.
    public static RowQuery row(Call call, String view, String key) {
        var asOf = call.text("as_of");
        return new RowQuery(
                view,
                call.tenant(),
                key,
                after(call),
                asOf == null ? null : Call.parsed("as_of", asOf, Moment::parse),
                isStaleOk(call));
    }

    /// The fields that are asked for.
    ///
    /// @throws ProblemException 400 if the view has no such fields; a view that is not known at all
    ///   is left to the views to refuse
    public static Fields fields(Call call, String view) {
        var text = call.text("fields");
        if (text == null) {
            return Fields.ALL;
        }
        Optional<List<RowField>> known =
                ViewCatalogue.all().stream()
                        .filter(one -> one.name().equals(view))
                        .findFirst()
                        .map(ViewDescription::fields);
        return known.isEmpty()
                ? Fields.ALL
                : Call.parsed("fields", text, names -> Fields.parse(names, known.get()));
    }

    /// The answer that shows a page of what does not go on. Whether a caller knows it does not hang
    /// on its position, which moves with every record.
    public static Answer page(Call call, ViewPage page, Fields fields) {
        return page(call, page, fields, "");
    }

    /// The answer that shows a page of a live view.
    ///
    /// @param staleness how old what it shows may be; empty if nobody can tell
    public static Answer page(
            Call call, ViewPage page, Fields fields, Optional<Duration> staleness) {
        var member =
                ",\"staleness_ms\":" + staleness.map(age -> "" + age.toMillis()).orElse("null");
        return stale(page(call, page, fields, member), staleness);
    }

    /// The same answer, which says how old what it shows may be.
    public static Answer stale(Answer answer, Optional<Duration> staleness) {
        return staleness
                .map(age -> answer.with(STALENESS, Long.toString(age.toMillis())))
                .orElse(answer);
    }

    private static Answer page(Call call, ViewPage page, Fields fields, String staleness) {
        var items = page.items().stream().map(fields::of).toList();
        var count = page.count();
        var members =
                count == null
                        ? ""
                        : ",\"count\":%d,\"count_is_exact\":%b"
                                .formatted(count.rows(), count.isExact());
        var answer =
                Answer.page(
                                call,
                                items,
                                page.nextToken(),
                                page.position(),
                                TOKEN,
                                members + staleness)
                        .with(POSITION, page.position().toString());
        return saying(answer, page.fromStandby())
                .unlessKnown(call, items + String.valueOf(page.nextToken()) + members);
    }

    /// The answer that shows a row.
    ///
    /// @throws ProblemException 404 if there is none
    public static Answer row(Call call, String view, ViewRow row, Fields fields) {
        return row(view, row, fields).unlessKnown(call);
    }

    /// The answer that shows a row, whoever has it already.
    ///
    /// @throws ProblemException 404 if there is none
    public static Answer row(String view, ViewRow row, Fields fields) {
        var json = row.json();
        if (json == null) {
            throw new ProblemException(absent(view, row.key()));
        }
        var answer = Answer.json(fields.of(json)).with(POSITION, row.position().toString());
        return saying(answer, row.fromStandby());
    }

    /// Says of an answer that it comes from a standby, if it does.
    private static Answer saying(Answer answer, boolean fromStandby) {
        return fromStandby ? answer.with(STANDBY, "true") : answer;
    }

    /// The problem of a row that is not there.
    public static Problem absent(String view, String key) {
        return Problem.of(
                ProblemKind.NOT_FOUND,
                "the view %s has nothing under %s; to wait for what was just written, send its"
                                .formatted(view, key)
                        + " position as the query parameter after");
    }

    private static boolean isStaleOk(Call call) {
        return "ok".equals(call.text("stale"));
    }

    /// The position that is to be read after; [Position#START] for none.
    public static Position after(Call call) {
        var after = call.text("after");
        return after == null ? Position.START : Call.parsed("after", after, Position::parse);
    }
}
