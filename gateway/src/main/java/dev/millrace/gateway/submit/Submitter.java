package dev.millrace.gateway.submit;

import dev.millrace.domain.event.DerivedId;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Payload;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.event.Trace;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskEvent.Reason;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.view.Position;
import dev.millrace.gateway.access.Principal;
import dev.millrace.gateway.commands.DecisionOrder;
import dev.millrace.gateway.commands.Outcome;
import dev.millrace.gateway.commands.SubmissionsUnavailable;
import dev.millrace.gateway.commands.TaskSubmissions;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import dev.millrace.gateway.submit.Submission.IdFrom;
import dev.millrace.schemas.client.Causes;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Submits work and waits until its outcome is in the log.
///
/// Safe for use by many threads.
public final class Submitter {

    private static final int RETRY_SECONDS = 2;
    private static final int IN_FLIGHT_RETRY_SECONDS = 1;
    private static final int ACCEPTED = 202;

    /* Of 50 partitions, one is missed by as many ids once in 20,000 times. */
    private static final int MOST_IDS = 500;

    /* Each costs a decision, and an event that says so. */
    private static final int MOST_TASKS_OF_A_CONTENT = 16;

    private final TaskSubmissions submissions;
    private final Site site;
    private final Supplier<UUID> ids;
    private final InstantSource clock;

    /* Under a key, each until its outcome is known: no more of them than commands that wait. */
    private final Set<TaskId> inFlight = ConcurrentHashMap.newKeySet();

    /// @param ids makes command and task ids, UUIDv7
    public Submitter(
            TaskSubmissions submissions, Site site, Supplier<UUID> ids, InstantSource clock) {
        this.submissions = submissions;
        this.site = site;
        this.ids = ids;
        this.clock = clock;
    }

    /// The id that the call's `Idempotency-Key` gives a task; null without one.
    public static @Nullable TaskId keyed(Call call) {
        var key = call.text("Idempotency-Key");
        return key == null ? null : keyed(call.tenant(), key);
    }

    /// The id that a key gives a task.
    ///
    /// @param key 1 to 255 printable characters of ASCII
    public static TaskId keyed(String tenant, String key) {
        return new TaskId(DerivedId.of("task", tenant, key));
    }

    /// A task id that was never used.
    public TaskId fresh() {
        return new TaskId(ids.get());
    }

    /// A task id that was never used, of a task that is decided after another one that is submitted
    /// before it in [#submitAll], if such an id is found.
    public TaskId fresh(TaskId other, DecisionOrder order) {
        var id = fresh();
        for (int tries = 1; tries < MOST_IDS && !order.isKept(other, id); tries++) {
            id = fresh();
        }
        return id;
    }

    /// Which of what is submitted in one [#submitAll] is decided in that order; empty if that is
    /// not known. May wait a while for the brokers.
    public Optional<DecisionOrder> decisionOrder() {
        return submissions.decisionOrder();
    }

    /// Submits. The stage fails with a [ProblemException] when the work is refused or nothing is
    /// known of it in time, and when a submission under the same key is under way.
    public CompletionStage<Accepted> submit(Call call, Submission submission) {
        return submit(call.caller(), trace(call), submission);
    }

    /// The same for a request that came otherwise than over HTTP.
    ///
    /// @param trace null if it was not traced
    public CompletionStage<Accepted> submit(
            Principal caller, @Nullable Trace trace, Submission submission) {
        if (submission.idFrom() == IdFrom.KEY && !inFlight.add(submission.task())) {
            return CompletableFuture.failedStage(new ProblemException(inFlight()));
        }
        return send(caller, trace, List.of(submission)).getFirst();
    }

    /// Submits what is to be decided in this order, as far as that can be ([#decisionOrder]). What
    /// follows a submission that cannot be sent is not sent either.
    ///
    /// @return one stage each, which fails as that of [#submit] does
    public List<CompletionStage<Accepted>> submitAll(Call call, List<Submission> all) {
        var sendable = new ArrayList<Submission>();
        var isSent = new BitSet(all.size());
        for (int i = 0; i < all.size(); i++) {
            var one = all.get(i);
            if (one.idFrom() != IdFrom.KEY || inFlight.add(one.task())) {
                isSent.set(i);
                sendable.add(one);
            }
        }
        var sent = send(call.caller(), trace(call), sendable).iterator();
        var outcomes = new ArrayList<CompletionStage<Accepted>>();
        for (int i = 0; i < all.size(); i++) {
            outcomes.add(
                    isSent.get(i)
                            ? sent.next()
                            : CompletableFuture.failedStage(new ProblemException(inFlight())));
        }
        return outcomes;
    }

    private List<CompletionStage<Accepted>> send(
            Principal caller, @Nullable Trace trace, List<Submission> all) {
        try {
            var outcomes =
                    submissions.submitAll(
                            all.stream().map(one -> envelope(caller, trace, one)).toList());
            var accepted = new ArrayList<CompletionStage<Accepted>>();
            for (int i = 0; i < all.size(); i++) {
                var one = all.get(i);
                accepted.add(
                        told(
                                        outcomes.get(i),
                                        one.isRepeatable(),
                                        outcome -> fate(caller, trace, one, outcome, 1))
                                .whenComplete((_, _) -> leave(one)));
            }
            return accepted;
        } catch (RuntimeException | Error broken) {
            all.forEach(this::leave);
            throw broken;
        }
    }

    /// What becomes of a submission that was decided on.
    ///
    /// What has its id from its content has no key that its sender could change: if its task ended
    /// without success, the next one follows.
    ///
    /// @param tasks so many of this content were asked for
    private CompletionStage<Accepted> fate(
            Principal caller, @Nullable Trace trace, Submission one, Outcome outcome, int tasks) {
        if (!(outcome instanceof Outcome.Refused(Position position, Reason reason, String detail))
                || reason != Reason.ALREADY_ENDED) {
            return accepted(one.task(), outcome);
        }
        if (one.idFrom() != IdFrom.CONTENT) {
            return CompletableFuture.completedStage(new Accepted(one.task(), position, true));
        }
        if (tasks == MOST_TASKS_OF_A_CONTENT) {
            return CompletableFuture.failedStage(new ProblemException(inVain(one.task(), detail)));
        }
        var again = one.again();
        return told(
                submissions.submit(envelope(caller, trace, again)),
                true,
                next -> fate(caller, trace, again, next, tasks + 1));
    }

    private static Problem inVain(TaskId last, String detail) {
        return Problem.of(
                ProblemKind.ALREADY_ENDED,
                "%s; so have %d others with this content. POST /v1/tasks/%s/rerun does it again"
                                .formatted(detail, MOST_TASKS_OF_A_CONTENT - 1, last)
                        + ", as does an Idempotency-Key of its own");
    }

    private void leave(Submission submission) {
        if (submission.idFrom() == IdFrom.KEY) {
            inFlight.remove(submission.task());
        }
    }

    private Envelope<TaskCommand> envelope(
            Principal caller, @Nullable Trace trace, Submission submission) {
        var command =
                new TaskCommand.Submit(
                        submission.task(),
                        submission.kind(),
                        submission.input(),
                        submission.requestDigest(),
                        submission.terms(),
                        submission.after());
        return envelope(caller, trace, command, submission.subject(), submission.labels());
    }

    /// Asks for something of a task that was submitted; doing it again is safe. The stage fails
    /// with a [ProblemException] when that is refused or nothing is known of it in time.
    ///
    /// @return where the event stands that says it is done
    public CompletionStage<Position> ask(Call call, TaskCommand command) {
        var envelope = envelope(call.caller(), trace(call), command, null, Labels.DEFAULT);
        return told(
                        submissions.submit(envelope),
                        true,
                        outcome -> accepted(command.task(), outcome))
                .thenApply(Accepted::position);
    }

    private static CompletionStage<Accepted> told(
            CompletionStage<Outcome> stage,
            boolean isRepeatable,
            Function<Outcome, CompletionStage<Accepted>> fate) {
        return stage.handle((outcome, failure) ->
                        failure == null
                                ? fate.apply(outcome)
                                : Submitter.<Accepted>failed(failure, isRepeatable))
                .thenCompose(next -> next);
    }

    private Envelope<TaskCommand> envelope(
            Principal caller,
            @Nullable Trace trace,
            TaskCommand command,
            @Nullable String subject,
            Labels labels) {
        var id = ids.get();
        return new Envelope<>(
                id,
                command.type(),
                clock.instant(),
                caller.tenant(),
                subject,
                labels,
                caller.actor(),
                site,
                null,
                id,
                trace,
                new Payload.Clear<>(command));
    }

    /// The caller's trace; null if there is none, or none that is valid.
    public static @Nullable Trace trace(Call call) {
        return trace(call.text("traceparent"), call.text("tracestate"));
    }

    /// The trace that two headers tell of; null if there is none, or none that is valid (W3C Trace
    /// Context §3.2).
    public static @Nullable Trace trace(@Nullable String parent, @Nullable String state) {
        if (parent == null || parent.startsWith("ff") || hasZeroId(parent)) {
            return null;
        }
        try {
            return new Trace(parent, state == null || state.length() > 512 ? "" : state);
        } catch (IllegalArgumentException invalid) {
            return null;
        }
    }

    private static boolean hasZeroId(String parent) {
        return parent.contains("-" + "0".repeat(32) + "-")
                || parent.contains("-" + "0".repeat(16) + "-");
    }

    private static CompletionStage<Accepted> accepted(TaskId task, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Accepted(Position position, _) ->
                    CompletableFuture.completedStage(new Accepted(task, position, false));
            case Outcome.Refused(Position position, Reason reason, String detail) ->
                    reason == Reason.DUPLICATE
                            ? CompletableFuture.completedStage(new Accepted(task, position, true))
                            : CompletableFuture.failedStage(
                                    new ProblemException(
                                            refusal(reason, detail)
                                                    .with("position", position.toString())));
        };
    }

    private static Problem inFlight() {
        return Problem.retryAfter(
                ProblemKind.IDEMPOTENCY_IN_FLIGHT,
                "a request with the same key came first and its outcome is not known yet; sending"
                        + " this one again is safe",
                IN_FLIGHT_RETRY_SECONDS);
    }

    private static Problem refusal(Reason reason, String detail) {
        return switch (reason) {
            case UNKNOWN_KIND -> Problem.ofField(ProblemKind.UNKNOWN_KIND, "kind", detail);
            case CONFLICT -> Problem.of(ProblemKind.IDEMPOTENCY_CONFLICT, detail);
            case UNKNOWN_TASK -> Problem.of(ProblemKind.NOT_FOUND, detail);
            case ALREADY_ENDED -> Problem.of(ProblemKind.ALREADY_ENDED, detail);
            case DUPLICATE,
                    STALE_ATTEMPT,
                    BAD_CLAIM,
                    TAKEN,
                    CYCLE,
                    NO_DEPENDENCY,
                    NOT_DUE,
                    TOO_LATE,
                    UNREADABLE,
                    OTHER ->
                    Problem.of(ProblemKind.REFUSED, detail);
        };
    }

    private static <T> CompletionStage<T> failed(Throwable failure, boolean isRepeatable) {
        var cause = Causes.ofStage(failure);
        if (!(cause instanceof SubmissionsUnavailable)) {
            return CompletableFuture.failedStage(cause);
        }
        var advice =
                isRepeatable
                        ? "sending the same request again is safe"
                        : "sending it again may submit it twice; an Idempotency-Key makes that safe";
        return CompletableFuture.failedStage(
                new ProblemException(
                        Problem.retryAfter(
                                ProblemKind.UNAVAILABLE,
                                cause.getMessage() + "; " + advice,
                                RETRY_SECONDS)));
    }

    /// Work that stands in the log.
    ///
    /// @param task that does it: the submission's, or one that follows it
    /// @param position of the event that says so
    /// @param replayed whether it stood there before
    public record Accepted(TaskId task, Position position, boolean replayed) {

        /// The answer, with the address of the task.
        public Answer answer() {
            return answer(new JsonObject().put("id", task.toString()));
        }

        /// The answer with more to say, with the address of the task.
        public Answer answer(JsonObject body) {
            return located(Answer.json(ACCEPTED, body.put("position", position.toString())));
        }

        /// The answer of work that is done already.
        ///
        /// @param body JSON that says how it ended, sent as it is
        public Answer ended(String body) {
            return located(Answer.json(body));
        }

        private Answer located(Answer answer) {
            var located = answer.with("Location", "/v1/tasks/" + task);
            return replayed ? located.with("Idempotency-Replayed", "true") : located;
        }
    }
}
