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
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a request asks of rows, and how they are answered: the same for live views and replays.
public final class RowAnswers {

    /// The query parameter for the next page.
    public static final String TOKEN = "token";

    private static final String POSITION = "Millrace-Position";

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
                after(call));
    }

    /// The row that is asked for.
    public static RowQuery row(Call call, String view, String key) {
        var asOf = call.text("as_of");
        return new RowQuery(
                view,
                call.tenant(),
                key,
                after(call),
                asOf == null ? null : Call.parsed("as_of", asOf, Moment::parse));
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

    /// The answer that shows a page. Whether a caller knows it does not hang on its position, which
    /// moves with every record.
    public static Answer page(Call call, ViewPage page, Fields fields) {
        var items = page.items().stream().map(fields::of).toList();
        var count = page.count();
        var members =
                count == null
                        ? ""
                        : ",\"count\":%d,\"count_is_exact\":%b"
                                .formatted(count.rows(), count.isExact());
        return Answer.page(call, items, page.nextToken(), page.position(), TOKEN, members)
                .with(POSITION, page.position().toString())
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
        return Answer.json(fields.of(json)).with(POSITION, row.position().toString());
    }

    /// The problem of a row that is not there.
    public static Problem absent(String view, String key) {
        return Problem.of(
                ProblemKind.NOT_FOUND,
                "the view %s has nothing under %s; to wait for what was just written, send its"
                                .formatted(view, key)
                        + " position as the query parameter after");
    }

    private static Position after(Call call) {
        var after = call.text("after");
        return after == null ? Position.START : Call.parsed("after", after, Position::parse);
    }
}
