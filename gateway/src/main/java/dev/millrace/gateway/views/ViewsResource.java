package dev.millrace.gateway.views;

import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views;
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
        return views.list(query)
                .thenApply(page -> {
                    if (page.items().isEmpty() && query.token() == null) {
                        throw new ProblemException(absent(TASK_HISTORY, task));
                    }
                    return Answer.page(
                            call, page.items(), page.nextToken(), page.position(), TOKEN);
                });
    }

    private CompletionStage<Answer> list(Call call, String view, Map<String, String> filters) {
        return views.list(query(call, view, filters))
                .thenApply(page ->
                        Answer.page(call, page.items(), page.nextToken(), page.position(), TOKEN));
    }

    private CompletionStage<Answer> get(Call call, String view, String key) {
        return views.get(view, call.tenant(), key).thenApply(row -> answer(view, row));
    }

    /// The answer that shows a row.
    ///
    /// @throws ProblemException 404 if there is none
    public static Answer answer(String view, ViewRow row) {
        var json = row.json();
        if (json == null) {
            throw new ProblemException(absent(view, row.key()));
        }
        return Answer.json(json).with("Millrace-Position", row.position().toString());
    }

    private static ViewQuery query(Call call, String view, Map<String, String> filters) {
        return new ViewQuery(view, call.tenant(), filters, call.integer("limit"), call.text(TOKEN));
    }

    private static Problem absent(String view, String key) {
        return Problem.of(
                ProblemKind.NOT_FOUND, "the view " + view + " has nothing under " + key + " yet");
    }
}
