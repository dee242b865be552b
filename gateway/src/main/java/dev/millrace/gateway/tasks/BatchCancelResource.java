package dev.millrace.gateway.tasks;

import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskId;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.problem.Failures;
import dev.millrace.gateway.submit.Submitter;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// `POST /v1/tasks/batch/cancel`: ends up to 1,000 tasks at once, each with an answer of its own.
///
/// Every command is sent before any outcome is awaited: a batch takes as long as its slowest item.
public final class BatchCancelResource {

    private static final int OK = 200;

    private final Submitter submitter;
    private final BatchItems items;

    /// @param failures tells what became of a task that was not cancelled
    public BatchCancelResource(Submitter submitter, Failures failures) {
        this.submitter = submitter;
        this.items = new BatchItems(failures, "POST /v1/tasks/batch/cancel, an item");
    }

    /// Ends the tasks, wherever they are. Asking again is safe.
    public CompletionStage<Answer> cancel(Call call) {
        var why = call.body().getString("why", "");
        return BatchItems.answer(
                call.body().getJsonArray("tasks").stream()
                        .map(task -> cancel(call, TaskId.parse(String.valueOf(task)), why))
                        .toList());
    }

    private CompletableFuture<JsonObject> cancel(Call call, TaskId task, String why) {
        return submitter
                .ask(call, new TaskCommand.Cancel(task, why))
                .handle((position, failure) ->
                        failure == null
                                ? new JsonObject()
                                        .put("status", OK)
                                        .put("position", position.toString())
                                : items.refused(call, failure))
                .thenApply(item -> item.put("id", task.toString()))
                .toCompletableFuture();
    }
}
