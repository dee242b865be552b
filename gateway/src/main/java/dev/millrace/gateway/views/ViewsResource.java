package dev.millrace.gateway.views;

import dev.millrace.domain.replay.Replays;
import dev.millrace.domain.replay.UnknownReplay;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.view.Freshness;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.UnknownView;
import dev.millrace.domain.view.Views;
import dev.millrace.domain.view.Views.ViewPage;
import dev.millrace.domain.view.Views.ViewRow;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.live.ViewStreams;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.replays.ReplaysResource;
import dev.millrace.gateway.rows.Fields;
import dev.millrace.gateway.rows.RowAnswers;
import dev.millrace.gateway.rows.RowSchema;
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

    private final Views views;
    private final Freshness freshness;
    private final ReplaysResource replays;
    private final ViewStreams streams;

    /// @param replays answers for lists as they were
    /// @param streams answers for rows as they change
    public ViewsResource(
            Views views, Freshness freshness, ReplaysResource replays, ViewStreams streams) {
        this.views = views;
        this.freshness = freshness;
        this.replays = replays;
        this.streams = streams;
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
                Answer.page(call, items, null, Position.START, RowAnswers.TOKEN));
    }

    /// `GET /v1/views/{view}`.
    public CompletionStage<Answer> list(Call call) throws UnknownReplay, UnknownView {
        return list(call, call.required("view"), call.filters());
    }

    /// `GET /v1/views/{view}/{key}`.
    public CompletionStage<Answer> get(Call call) throws UnknownView {
        return get(call, call.required("view"), call.required("key"));
    }

    /// `GET /v1/tasks`.
    public CompletionStage<Answer> tasks(Call call) throws UnknownReplay, UnknownView {
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
    public CompletionStage<Answer> task(Call call) throws UnknownView {
        return get(call, TASKS, call.required("task"));
    }

    /// A task that is known by something else than its id.
    public CompletionStage<Answer> task(Call call, TaskId task) {
        return row(call, TASKS, task.toString());
    }

    /// `GET /v1/tasks/{task}/progress`.
    public CompletionStage<Answer> progress(Call call) throws UnknownView {
        return get(call, TASK_PROGRESS, call.required("task"));
    }

    /// `GET /v1/tasks/{task}/history`.
    public CompletionStage<Answer> history(Call call) throws UnknownView {
        var task = call.required("task");
        if (call.wantsEvents()) {
            return streams.open(call, TASK_HISTORY, Map.of("task", task));
        }
        var query = RowAnswers.list(call, TASK_HISTORY, Map.of("task", task));
        var fields = RowAnswers.fields(call, TASK_HISTORY);
        return views.list(query)
                .thenCompose(page -> {
                    if (page.items().isEmpty() && query.token() == null) {
                        throw new ProblemException(RowAnswers.absent(TASK_HISTORY, task));
                    }
                    return shown(call, TASK_HISTORY, page, fields);
                });
    }

    private CompletionStage<Answer> list(Call call, String view, Map<String, String> filters)
            throws UnknownReplay, UnknownView {
        if (call.wantsEvents()) {
            return streams.open(call, view, filters);
        }
        var asOf = call.text("as_of");
        if (asOf != null) {
            return replays.asOf(call, view, asOf, filters);
        }
        var fields = RowAnswers.fields(call, view);
        return views.list(RowAnswers.list(call, view, filters))
                .thenCompose(page -> shown(call, view, page, fields));
    }

    private CompletionStage<Answer> shown(Call call, String view, ViewPage page, Fields fields) {
        return freshness
                .staleness(view, page.position())
                .thenApply(age -> RowAnswers.page(call, page, fields, age));
    }

    private CompletionStage<Answer> get(Call call, String view, String key) throws UnknownView {
        if (call.wantsEvents()) {
            return streams.open(call, view, key);
        }
        var asOf = call.text("as_of");
        boolean isReplayed = !view.equals(TASKS) && Replays.VIEWS.contains(view);
        return asOf != null && isReplayed
                ? replays.rowAsOf(call, view, key, asOf)
                : row(call, view, key);
    }

    private CompletionStage<Answer> row(Call call, String view, String key) {
        var fields = RowAnswers.fields(call, view);
        var query = RowAnswers.row(call, view, key);
        return views.get(query)
                .thenCompose(row -> {
                    var answer = RowAnswers.row(call, view, row, fields);
                    return query.asOf() != null
                            ? CompletableFuture.completedStage(answer)
                            : freshness
                                    .staleness(view, row.position())
                                    .thenApply(age -> RowAnswers.stale(answer, age));
                });
    }

    /// The answer that shows a row.
    ///
    /// @throws ProblemException 404 if there is none
    public static Answer answer(String view, ViewRow row) {
        return RowAnswers.row(view, row, Fields.ALL);
    }
}
