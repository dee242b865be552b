package dev.millrace.gateway.tasks;

import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskId;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.submit.Submitter;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.CompletionStage;

/// `POST /v1/tasks` and `POST /v1/tasks/{task}/cancel`.
public final class TasksResource {

    private static final int OK = 200;

    private final Submitter submitter;
    private final Intake intake;

    public TasksResource(Submitter submitter, Intake intake) {
        this.submitter = submitter;
        this.intake = intake;
    }

    /// Submits a task. Blocks while a large input is stored.
    public CompletionStage<Answer> submit(Call call) {
        var submission =
                intake.submission(
                        call.tenant(), TaskRequest.of(call.body()), Submitter.keyed(call));
        var body = new JsonObject().put("id", submission.task().toString());
        return submitter
                .submit(call, submission)
                .thenApply(accepted -> accepted.answer(submission.task(), body));
    }

    /// Ends a task, wherever it is.
    public CompletionStage<Answer> cancel(Call call) {
        var task = TaskId.parse(call.required("task"));
        var why = call.body().getString("why", "");
        return submitter
                .ask(call, new TaskCommand.Cancel(task, why))
                .thenApply(position ->
                        Answer.json(
                                OK,
                                new JsonObject()
                                        .put("id", task.toString())
                                        .put("position", position.toString())));
    }
}
