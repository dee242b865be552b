package dev.millrace.gateway.tasks;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.log.EventLog;
import dev.millrace.domain.log.EventLog.LogQuery;
import dev.millrace.domain.log.EventLog.LoggedEvent;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.ViewQuery;
import dev.millrace.domain.view.Views;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import dev.millrace.gateway.submit.RequestedTerms;
import dev.millrace.gateway.submit.Submission;
import dev.millrace.gateway.submit.Submission.IdFrom;
import dev.millrace.gateway.submit.Submitter;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// `POST /v1/tasks/{task}/rerun`: the work of a task, again, as a new task.
///
/// What was asked for is in the log alone: the view `task-history` says where, and the record there
/// is read. An input in the blob store is not copied: both tasks name it by its digest. The new
/// task waits for the same tasks as the old one, which have ended as a rule, so as to be handed
/// what they gave.
public final class RerunResource {

    private static final String HISTORY = "task-history";
    private static final String SUBMITTED = "dev.millrace.task.submitted";
    private static final int PAGE = 100;

    /* Refusals may come before a submission, but hardly a thousand of them. */
    private static final int MOST_PAGES = 10;

    private final Submitter submitter;
    private final TaskWaits waits;
    private final Views views;
    private final EventLog log;

    public RerunResource(Submitter submitter, TaskWaits waits, Views views, EventLog log) {
        this.submitter = submitter;
        this.waits = waits;
        this.views = views;
        this.log = log;
    }

    /// Submits the new task.
    public CompletionStage<Answer> submit(Call call) {
        var old = TaskId.parse(call.required("task"));
        return place(call, old, null, 0)
                .thenCompose(place -> logged(call, old, place))
                .thenCompose(event -> waits.submit(call, submission(call, old, event)));
    }

    /// Where in the log the old task's submission stands.
    ///
    /// @param token of the page of its history to look at; null for the first
    /// @param pages so many were looked at before
    private CompletionStage<JsonObject> place(
            Call call, TaskId old, @Nullable String token, int pages) {
        var query =
                new ViewQuery(HISTORY, call.tenant(), Map.of("task", old.toString()), PAGE, token);
        return views.list(query)
                .thenCompose(page -> {
                    for (var item : page.items()) {
                        var event = new JsonObject(item);
                        if (SUBMITTED.equals(event.getString("type"))) {
                            return CompletableFuture.completedStage(event);
                        }
                    }
                    if (page.nextToken() == null || pages + 1 == MOST_PAGES) {
                        throw absent("no submission of the task " + old + " is known yet");
                    }
                    return place(call, old, page.nextToken(), pages + 1);
                });
    }

    private CompletionStage<LoggedEvent> logged(Call call, TaskId old, JsonObject place) {
        var topic = place.getString("topic");
        long offset = place.getLong("offset");
        var before =
                offset == 0
                        ? Position.START
                        : Position.at(topic, place.getInteger("partition"), offset - 1);
        return log.read(new LogQuery(topic, old.toString(), call.tenant(), before, 1))
                .thenApply(page -> {
                    if (page.events().isEmpty() || page.events().getFirst().offset() != offset) {
                        throw absent("the submission of the task " + old + " is no longer kept");
                    }
                    return page.events().getFirst();
                });
    }

    private Submission submission(Call call, TaskId old, LoggedEvent event) {
        Envelope<?> envelope = event.envelope();
        if (envelope == null
                || !(envelope.messageOrNull() instanceof TaskEvent.Submitted submitted)) {
            throw new ProblemException(
                    Problem.of(
                            ProblemKind.REFUSED,
                            "what the task %s was asked to do cannot be read here; submit it as a"
                                            .formatted(old)
                                    + " new task"));
        }
        var keyed = Submitter.keyed(call);
        var after = submitted.after();
        var terms =
                submitted
                        .terms()
                        .again(
                                old,
                                RequestedTerms.moment(call.body(), "not_before"),
                                RequestedTerms.moment(call.body(), "deadline"));
        return new Submission(
                keyed == null ? submitter.fresh() : keyed,
                keyed == null ? IdFrom.NOTHING : IdFrom.KEY,
                submitted.kind(),
                submitted.input(),
                submitted.inputDigest(),
                envelope.labels(),
                envelope.subject(),
                // It is asked for in the knowledge of what the old one may have failed at.
                after.isEmpty() ? terms : terms.whateverFails(),
                true,
                after);
    }

    private static ProblemException absent(String detail) {
        return new ProblemException(Problem.of(ProblemKind.NOT_FOUND, detail));
    }
}
