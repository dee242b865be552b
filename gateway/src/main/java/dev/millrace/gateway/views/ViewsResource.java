package dev.millrace.gateway.views;

import dev.millrace.domain.task.TaskId;
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
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// `GET /v1/views…`, and the tasks and their histories, which are views as well.
///
/// Rows are passed on as the text they are.
public final class ViewsResource {

    private static final String TASKS = "tasks";
    private static final String TASK_HISTORY = "task-history";
    private static final String TASK_PROGRESS = "task-progress";
    private static final String TOKEN = "token";
    private static final String POSITION = "Millrace-Position";

    private final Views views;

    public ViewsResource(Views views) {
        this.views = views;
    }

    /// `GET /v1/views`.
    public CompletionStage<Answer> describe(Call call) {
        var items =
                views.describe().stream()
                        .map(view ->
                                new JsonObject()
                                        .put("name", view.name())
                                        .put("key", view.key())
                                        .put("filters", new JsonArray(view.filters()))
                                        .put("summary", view.summary())
                                        .put("row", RowSchema.of(view))
                                        .encode())
                        .toList();
        return CompletableFuture.completedStage(
                Answer.page(call, items, null, Position.START, TOKEN));
    }

    /// `GET /v1/views/{view}`.
    public CompletionStage<Answer> list(Call call) {
        return list(call, call.required("view"), call.filters());
    }

    /// `GET /v1/views/{view}/{key}`.
    public CompletionStage<Answer> get(Call call) {
        return get(call, call.required("view"), call.required("key"));
    }

    /// `GET /v1/tasks`.
    public CompletionStage<Answer> tasks(Call call) {
        var filters = new HashMap<String, String>();
        for (var name : List.of("state", "kind")) {
            var value = call.text(name);
            if (value != null) {
                filters.put(name, value);
            }
        }
        for (var name : List.of("parent", "rerun_of")) {
            var task = call.text(name);
            if (task != null) {
                filters.put(name, TaskId.parse(task).toString());
            }
        }
        return list(call, TASKS, filters);
    }

    /// `GET /v1/tasks/{task}`.
    public CompletionStage<Answer> task(Call call) {
        return get(call, TASKS, call.required("task"));
    }

    /// A task that is known by something else than its id.
    public CompletionStage<Answer> task(Call call, TaskId task) {
        return get(call, TASKS, task.toString());
    }

    /// `GET /v1/tasks/{task}/progress`.
    public CompletionStage<Answer> progress(Call call) {
        return get(call, TASK_PROGRESS, call.required("task"));
    }

    /// `GET /v1/tasks/{task}/history`.
    public CompletionStage<Answer> history(Call call) {
        var task = call.required("task");
        var query = query(call, TASK_HISTORY, Map.of("task", task));
        var fields = fields(call, TASK_HISTORY);
        return views.list(query)
                .thenApply(page -> {
                    if (page.items().isEmpty() && query.token() == null) {
                        throw new ProblemException(absent(TASK_HISTORY, task));
                    }
                    return page(call, page, fields);
                });
    }

    private CompletionStage<Answer> list(Call call, String view, Map<String, String> filters) {
        var fields = fields(call, view);
        return views.list(query(call, view, filters)).thenApply(page -> page(call, page, fields));
    }

    private CompletionStage<Answer> get(Call call, String view, String key) {
        var asOf = call.text("as_of");
        var query =
                new RowQuery(
                        view,
                        call.tenant(),
                        key,
                        after(call),
                        asOf == null ? null : Call.parsed("as_of", asOf, Moment::parse));
        var fields = fields(call, view);
        return views.get(query)
                .thenApply(row -> {
                    var answer = answer(view, row, fields);
                    return answer.unlessKnown(call, answer.body().toString());
                });
    }

    /// The answer that shows a row.
    ///
    /// @throws ProblemException 404 if there is none
    public static Answer answer(String view, ViewRow row) {
        return answer(view, row, Fields.ALL);
    }

    private static Answer answer(String view, ViewRow row, Fields fields) {
        var json = row.json();
        if (json == null) {
            throw new ProblemException(absent(view, row.key()));
        }
        return Answer.json(fields.of(json)).with(POSITION, row.position().toString());
    }

    /// The answer that shows a page. Whether a caller knows it does not hang on its position, which
    /// moves with every record.
    private static Answer page(Call call, ViewPage page, Fields fields) {
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

    private static ViewQuery query(Call call, String view, Map<String, String> filters) {
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

    private static Position after(Call call) {
        var after = call.text("after");
        return after == null ? Position.START : Call.parsed("after", after, Position::parse);
    }

    /// @throws ProblemException 400 if the view has no such fields; one that is not known at all is
    ///   left to the views to refuse
    private Fields fields(Call call, String view) {
        var text = call.text("fields");
        if (text == null) {
            return Fields.ALL;
        }
        var known = views.describe().stream().filter(one -> one.name().equals(view)).findFirst();
        return known.isEmpty()
                ? Fields.ALL
                : Call.parsed("fields", text, names -> Fields.parse(names, known.get().fields()));
    }

    private static Problem absent(String view, String key) {
        return Problem.of(
                ProblemKind.NOT_FOUND,
                "the view %s has nothing under %s; to wait for what was just written, send its position"
                                .formatted(view, key)
                        + " as the query parameter after");
    }
}
