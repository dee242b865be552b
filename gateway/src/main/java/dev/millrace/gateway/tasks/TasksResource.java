package dev.millrace.gateway.tasks;

import dev.millrace.domain.event.Digest;
import dev.millrace.domain.kind.KindsUnavailable;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.view.UnknownView;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.submit.Submission;
import dev.millrace.gateway.submit.Submitter;
import dev.millrace.gateway.views.ViewsResource;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// `POST /v1/tasks`, `GET /v1/tasks/{task}` and `POST /v1/tasks/{task}/cancel`, and `GET
/// /v1/idempotency-keys/{key}`.
public final class TasksResource {

    private static final int OK = 200;

    private final Submitter submitter;
    private final Intake intake;
    private final TaskWaits waits;
    private final Repeats repeats;
    private final ViewsResource views;

    public TasksResource(
            Submitter submitter,
            Intake intake,
            TaskWaits waits,
            Repeats repeats,
            ViewsResource views) {
        this.submitter = submitter;
        this.intake = intake;
        this.waits = waits;
        this.repeats = repeats;
        this.views = views;
    }

    /// Submits a task, and waits for its end if its caller likes to. Blocks while a large input is
    /// stored.
    public CompletionStage<Answer> submit(Call call) throws KindsUnavailable {
        Submission submission;
        try {
            submission = EventRequest.isIn(call) ? ofEvent(call) : ofBody(call);
        } catch (ProblemException refusal) {
            return repeat(call, refusal);
        }
        return waits.submit(call, submission);
    }

    /// Answers what is refused today like the first time, if it repeats what was accepted under its
    /// key.
    ///
    /// @throws ProblemException the refusal, if it has no key
    public CompletionStage<Answer> repeat(Call call, ProblemException refusal)
            throws KindsUnavailable {
        var keyed = keyed(call);
        if (keyed == null) {
            throw refusal;
        }
        TaskRequest request;
        Digest digest;
        try {
            request =
                    EventRequest.isIn(call)
                            ? EventRequest.of(call.body())
                            : TaskRequest.of(call.body());
            digest = intake.digest(request, keyed);
        } catch (ProblemException unfit) { // it never was accepted
            throw refusal;
        }
        return waits.answer(
                call,
                keyed,
                () -> repeats.of(call.tenant(), keyed, request.kind(), digest, refusal));
    }

    /// The id that the request gives its task; null if it gives none.
    private static @Nullable TaskId keyed(Call call) {
        var key = Submitter.keyed(call);
        return key == null && EventRequest.isIn(call)
                ? EventRequest.id(call.tenant(), call.body())
                : key;
    }

    private Submission ofBody(Call call) throws KindsUnavailable {
        return intake.submission(call.caller(), call.body(), keyed(call));
    }

    private Submission ofEvent(Call call) throws KindsUnavailable {
        return intake.submission(
                call.caller(),
                EventRequest.of(call.body()),
                keyed(call),
                List.of(),
                submitter::fresh);
    }

    /// Shows a task, once it has ended if its caller likes to wait.
    public CompletionStage<Answer> get(Call call) throws UnknownView {
        var wait = PreferredWait.of(call.text("Prefer"));
        boolean isOfThePast = call.text("as_of") != null;
        return wait == null || isOfThePast || call.wantsEvents()
                ? views.task(call)
                : waits.row(call, wait);
    }

    /// Shows the task that was submitted under a key.
    public CompletionStage<Answer> byKey(Call call) {
        var task = Submitter.keyed(call.tenant(), call.required("key"));
        return views.task(call, task);
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
