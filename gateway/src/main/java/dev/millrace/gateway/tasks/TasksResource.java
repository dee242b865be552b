package dev.millrace.gateway.tasks;

import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.kind.BuiltInKinds;
import dev.millrace.domain.kind.KindsUnavailable;
import dev.millrace.domain.kind.TaskKind;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.Terms;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.kinds.KindCheck;
import dev.millrace.gateway.submit.DeclaredLabels;
import dev.millrace.gateway.submit.Ingest;
import dev.millrace.gateway.submit.InputStore;
import dev.millrace.gateway.submit.RequestedTerms;
import dev.millrace.gateway.submit.Submission;
import dev.millrace.gateway.submit.Submitter;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// `POST /v1/tasks` and `POST /v1/tasks/{task}/cancel`.
public final class TasksResource {

    private static final int OK = 200;

    private final Submitter submitter;
    private final Ingest ingest;
    private final InputStore store;
    private final KindCheck kinds;

    public TasksResource(Submitter submitter, Ingest ingest, InputStore store, KindCheck kinds) {
        this.submitter = submitter;
        this.ingest = ingest;
        this.store = store;
        this.kinds = kinds;
    }

    /// Submits a task. Blocks while a large input is stored.
    public CompletionStage<Answer> submit(Call call) throws KindsUnavailable {
        var request = request(call);
        var submission =
                BuiltInKinds.INGEST.name().equals(request.kind)
                        ? ingest(call, request)
                        : other(call, request);
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

    /// What is asked for, once its kind lets it in.
    private TaskRequest request(Call call) throws KindsUnavailable {
        var body = call.body();
        var input = body.getJsonObject("input");
        return TaskRequest.of(body, kinds.admit(call.caller(), body.getString("kind"), input));
    }

    private Submission ingest(Call call, TaskRequest request) {
        var prepared =
                ingest.prepare(
                        call.tenant(),
                        request.input.getString("name"),
                        request.input.getString("media_type"),
                        request.input.getString("text"));
        var keyed = submitter.keyed(call);
        return new Submission(
                keyed == null ? prepared.document().ingestTask() : keyed,
                true,
                request.kind,
                prepared.input(),
                prepared.inputDigest(),
                request.labels,
                request.subject,
                request.terms,
                request.asksForRetries);
    }

    private Submission other(Call call, TaskRequest request) {
        var canonical = CanonicalJson.of(request.input);
        var keyed = submitter.keyed(call);
        return new Submission(
                keyed == null ? submitter.fresh() : keyed,
                keyed != null,
                request.kind,
                store.hold(canonical),
                Digest.of(canonical),
                request.labels,
                request.subject,
                request.terms,
                request.asksForRetries);
    }

    private record TaskRequest(
            String kind,
            JsonObject input,
            Labels labels,
            @Nullable String subject,
            Terms terms,
            boolean asksForRetries) {

        static TaskRequest of(JsonObject body, TaskKind kind) {
            return new TaskRequest(
                    body.getString("kind"),
                    body.getJsonObject("input"),
                    DeclaredLabels.of(body),
                    body.getString("subject"),
                    RequestedTerms.of(body, kind.retries()),
                    body.containsKey("retries"));
        }
    }
}
