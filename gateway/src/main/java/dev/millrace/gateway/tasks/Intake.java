package dev.millrace.gateway.tasks;

import dev.millrace.domain.event.Digest;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskKinds;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.submit.Ingest;
import dev.millrace.gateway.submit.InputStore;
import dev.millrace.gateway.submit.Submission;
import dev.millrace.gateway.submit.Submission.IdFrom;
import dev.millrace.gateway.submit.Submitter;
import org.jspecify.annotations.Nullable;

/// Makes submissions of what callers ask for, however they ask.
///
/// Safe for use by many threads; calls block while a large input is stored.
public final class Intake {

    private final Submitter submitter;
    private final Ingest ingest;
    private final InputStore store;

    public Intake(Submitter submitter, Ingest ingest, InputStore store) {
        this.submitter = submitter;
        this.ingest = ingest;
        this.store = store;
    }

    /// @param keyed the id that the caller's key gives the task; null without a key
    /// @throws ProblemException if the input is not what its kind takes, or cannot be stored
    Submission submission(String tenant, TaskRequest request, @Nullable TaskId keyed) {
        return TaskKinds.INGEST.equals(request.kind())
                ? ingest(tenant, request, keyed)
                : other(request, keyed);
    }

    private Submission ingest(String tenant, TaskRequest request, @Nullable TaskId keyed) {
        var input = request.input();
        var prepared =
                ingest.prepare(
                        tenant,
                        input.getString("name"),
                        input.getString("media_type"),
                        input.getString("text"));
        return new Submission(
                keyed == null ? prepared.document().ingestTask() : keyed,
                keyed == null ? IdFrom.CONTENT : IdFrom.KEY,
                request.kind(),
                prepared.input(),
                prepared.inputDigest(),
                request.labels(),
                request.subject(),
                request.terms());
    }

    private Submission other(TaskRequest request, @Nullable TaskId keyed) {
        var canonical = CanonicalJson.of(request.input());
        return new Submission(
                keyed == null ? submitter.fresh() : keyed,
                keyed == null ? IdFrom.NOTHING : IdFrom.KEY,
                request.kind(),
                store.hold(canonical),
                Digest.of(canonical),
                request.labels(),
                request.subject(),
                request.terms());
    }
}
