package dev.millrace.gateway.tasks;

import dev.millrace.domain.blob.BlobLost;
import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.kind.KindsUnavailable;
import dev.millrace.domain.log.EventLog.LoggedEvent;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.kinds.KindCheck;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import dev.millrace.gateway.submit.RequestedTerms;
import dev.millrace.gateway.submit.Submission;
import dev.millrace.gateway.submit.Submission.IdFrom;
import dev.millrace.gateway.submit.Submitter;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `POST /v1/tasks/{task}/rerun`: the work of a task, again, as a new task.
///
/// What was asked for is read from the log. An input in the blob store is not copied: both tasks
/// name it by its digest. The new task waits for the same tasks as the old one, which have ended as
/// a rule, so as to be handed what they gave. Whoever asks must be allowed to submit such tasks
/// today, and the kind must still take the input.
public final class RerunResource {

    private static final Logger LOG = LoggerFactory.getLogger(RerunResource.class);
    private static final int RETRY_SECONDS = 2;
    private final Submitter submitter;
    private final TaskWaits waits;
    private final PastSubmissions past;
    private final KindCheck kinds;
    private final BlobStore blobs;
    private final Executor threads;

    /// @param kinds say who may ask for it today, and whether the input still fits
    /// @param threads where blobs may be waited for
    public RerunResource(
            Submitter submitter,
            TaskWaits waits,
            PastSubmissions past,
            KindCheck kinds,
            BlobStore blobs,
            Executor threads) {
        this.submitter = submitter;
        this.waits = waits;
        this.past = past;
        this.kinds = kinds;
        this.blobs = blobs;
        this.threads = threads;
    }

    /// Submits the new task.
    public CompletionStage<Answer> submit(Call call) {
        var old = TaskId.parse(call.required("task"));
        return past.of(call.tenant(), old)
                .thenComposeAsync(
                        event -> waits.submit(call, submission(call, old, event)), threads);
    }

    private Submission submission(Call call, TaskId old, LoggedEvent event) {
        Envelope<?> envelope = event.envelope();
        if (envelope == null
                || !(envelope.messageOrNull() instanceof TaskEvent.Submitted submitted)) {
            throw refused("what the task %s was asked to do cannot be read here".formatted(old));
        }
        admit(call, old, submitted);
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

    private void admit(Call call, TaskId old, TaskEvent.Submitted submitted) {
        try {
            kinds.admitAgain(call.caller(), submitted.kind(), () -> input(old, submitted.input()));
        } catch (KindsUnavailable unknown) {
            throw new CompletionException(unknown);
        }
    }

    private JsonObject input(TaskId old, Content content) {
        try {
            return new JsonObject(blobs.text(content));
        } catch (BlobLost lost) {
            throw refused("the input of the task %s is lost".formatted(old));
        } catch (DecodeException unfit) {
            throw refused("the input of the task %s is no JSON object".formatted(old));
        } catch (IOException fault) {
            LOG.atWarn().setMessage("An input could not be read").setCause(fault).log();
            throw new ProblemException(
                    Problem.retryAfter(
                            ProblemKind.UNAVAILABLE,
                            "the input cannot be read just now; sending the same request again is"
                                    + " safe",
                            RETRY_SECONDS));
        }
    }

    private static ProblemException refused(String why) {
        return new ProblemException(
                Problem.of(ProblemKind.REFUSED, why + "; submit it as a new task"));
    }
}
