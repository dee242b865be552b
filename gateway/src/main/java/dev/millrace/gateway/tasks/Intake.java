package dev.millrace.gateway.tasks;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.kind.BuiltInKinds;
import dev.millrace.domain.kind.KindsUnavailable;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.Terms;
import dev.millrace.gateway.access.Principal;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.kinds.KindCheck;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.submit.Ingest;
import dev.millrace.gateway.submit.InputStore;
import dev.millrace.gateway.submit.Submission;
import dev.millrace.gateway.submit.Submission.IdFrom;
import dev.millrace.gateway.submit.Submitter;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes submissions of what callers ask for, however they ask.
///
/// Safe for use by many threads; calls block while a large input is stored.
public final class Intake {

    private static final Content NOT_STORED = new Content.Inline("");

    private final Submitter submitter;
    private final Ingest ingest;
    private final InputStore store;
    private final KindCheck kinds;

    public Intake(Submitter submitter, Ingest ingest, InputStore store, KindCheck kinds) {
        this.submitter = submitter;
        this.ingest = ingest;
        this.store = store;
        this.kinds = kinds;
    }

    /// The submission that a body of `POST /v1/tasks` asks for.
    ///
    /// @param body fits the contract
    /// @param keyed the id that the caller's key gives the task; null without a key
    /// @throws ProblemException if there is no such kind, the caller may not submit it, a term is
    ///   out of its range, or the input is not what the kind takes, or cannot be stored
    /// @throws KindsUnavailable if the kinds are not known yet
    public Submission submission(Principal caller, JsonObject body, @Nullable TaskId keyed)
            throws KindsUnavailable {
        var request = TaskRequest.of(body);
        return submission(caller, request, keyed, after(request), submitter::fresh);
    }

    /// @param keyed the id that the caller's key gives the task; null without a key
    /// @param after the tasks that it waits for
    /// @param ids makes its id, if that is free to choose
    /// @throws ProblemException if there is no such kind, the caller may not submit it, or the
    ///   input is not what it takes, or cannot be stored
    /// @throws KindsUnavailable if the kinds are not known yet
    Submission submission(
            Principal caller,
            TaskRequest request,
            @Nullable TaskId keyed,
            List<TaskId> after,
            Supplier<TaskId> ids)
            throws KindsUnavailable {
        var kind = kinds.admit(caller, request.kind(), request.input());
        var terms = request.terms().apply(kind.retries()).within(kind.timeout());
        return BuiltInKinds.INGEST.name().equals(request.kind())
                ? ingest(caller.tenant(), request, keyed, terms, after)
                : other(request, keyed, terms, after, ids);
    }

    /// What tells a repeat of a request from another one under its key. Whether it is admitted is
    /// not looked at, and nothing is stored.
    ///
    /// @param keyed the id that the key gives the task
    /// @throws ProblemException if that cannot be told of such a request
    Digest digest(TaskRequest request, TaskId keyed) throws KindsUnavailable {
        var input = request.input();
        var digest =
                BuiltInKinds.INGEST.name().equals(request.kind())
                        ? Ingest.digest(
                                input.getString("name"),
                                input.getString("media_type"),
                                input.getString("text"))
                        : Digest.of(CanonicalJson.of(input));
        return new Submission(
                        keyed,
                        IdFrom.KEY,
                        request.kind(),
                        NOT_STORED,
                        digest,
                        request.labels(),
                        request.subject(),
                        request.terms().apply(kinds.retries(request.kind())),
                        request.asksForRetries(),
                        after(request))
                .requestDigest();
    }

    private static List<TaskId> after(TaskRequest request) {
        return request.after().stream()
                .map(text -> Call.parsed("after", text, TaskId::parse))
                .toList();
    }

    private Submission ingest(
            String tenant,
            TaskRequest request,
            @Nullable TaskId keyed,
            Terms terms,
            List<TaskId> after) {
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
                terms,
                request.asksForRetries(),
                after);
    }

    private Submission other(
            TaskRequest request,
            @Nullable TaskId keyed,
            Terms terms,
            List<TaskId> after,
            Supplier<TaskId> ids) {
        var canonical = CanonicalJson.of(request.input());
        return new Submission(
                keyed == null ? ids.get() : keyed,
                keyed == null ? IdFrom.NOTHING : IdFrom.KEY,
                request.kind(),
                store.hold(canonical),
                Digest.of(canonical),
                request.labels(),
                request.subject(),
                terms,
                request.asksForRetries(),
                after);
    }
}
