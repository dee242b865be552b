package dev.millrace.domain.task;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.kind.BuiltInKinds;
import dev.millrace.domain.task.TaskEvent.Reason;
import dev.millrace.domain.task.TaskState.Open;
import dev.millrace.domain.task.TaskState.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Decides what a command or report does to a task, and folds what was decided. [Lifecycle] is the
/// table of what may follow what.
///
/// A report may end an attempt it never announced: `started` is news, not a condition. A report is
/// believed only from the current attempt.
///
/// Pure and total: no clock, no randomness (time and chance are the cause's), an answer for every
/// pair of state and input (Chassaing's decider). Exactly one event comes of each input; refusals
/// are events too.
///
/// Whether a kind of task exists, and what its input must look like, is not decided here: whoever
/// may write commands has looked before.
public final class TaskDecider {

    /// How long a task is queued before it is queued once more, in case its place in the queue was
    /// lost; each further time it takes twice as long.
    public static final Duration USUAL_PATIENCE = Duration.ofMinutes(1);

    /// The code of the failure of an attempt whose worker was silent for too long.
    public static final String LEASE_EXPIRED = "lease_expired";

    private static final Duration LONGEST_PATIENCE = Duration.ofHours(1);
    private static final int MOST_DOUBLINGS = 12;
    private static final String TIMED_OUT = "timed_out";
    private static final String DEPENDENCY_FAILED = "dependency_failed";

    private final Duration patience;

    /// With the usual patience.
    public TaskDecider() {
        this(USUAL_PATIENCE);
    }

    /// @param patience how long a task is queued before it is queued once more; 1 ms or more
    public TaskDecider(Duration patience) {
        if (patience.toMillis() < 1) {
            throw new IllegalArgumentException("patience: " + patience + " (expected: >= 1 ms)");
        }
        this.patience = patience;
    }

    /// The one outcome of a command.
    ///
    /// @param state null if nothing is known of the task
    public TaskEvent decide(@Nullable TaskState state, TaskCommand command, Cause cause) {
        return switch (command) {
            case TaskCommand.Submit submit -> decideSubmit(state, submit, cause);
            case TaskCommand.Cancel(TaskId task, String why) ->
                    onOpen(
                            state,
                            command,
                            task,
                            open ->
                                    new TaskEvent.Cancelled(
                                            task, open.version() + 1, open.attempt(), why));
            case TaskCommand.Wake wake ->
                    onOpen(state, command, wake.task(), open -> decideWake(open, wake, cause));
            case TaskCommand.Watch(TaskId task, TaskId by, int _) ->
                    onOpen(
                            state,
                            command,
                            task,
                            open -> new TaskEvent.Watched(task, open.version() + 1, by));
            case TaskCommand.Settle settle ->
                    onOpen(
                            state,
                            command,
                            settle.task(),
                            open -> decideSettle(open, settle, cause));
        };
    }

    /// The one outcome of a report.
    ///
    /// @param state null if nothing is known of the task
    public TaskEvent decide(@Nullable TaskState state, TaskReport report, Cause cause) {
        return onOpen(state, report, report.task(), open -> decideReport(open, report, cause));
    }

    /// The one outcome of a command or report that nobody here can read: it is refused.
    ///
    /// @param state null if nothing is known of the task
    /// @param type of what was sent, as its envelope says
    /// @param why it cannot be read, for people
    public TaskEvent refuseUnreadable(
            @Nullable TaskState state, TaskId task, String type, String why) {
        return new TaskEvent.Refused(task, nextVersion(state), type, Reason.UNREADABLE, why);
    }

    /// The one outcome of a report whose claim token is not that of the attempt it speaks of:
    /// whoever sent it does not hold it.
    public TaskEvent refuseClaim(@Nullable TaskState state, TaskReport report) {
        return refused(
                report,
                report.task(),
                nextVersion(state),
                Reason.BAD_CLAIM,
                "claim_token: not that of attempt %d; claim the task to get it"
                        .formatted(report.attempt()));
    }

    /// The one outcome of what another tenant's principal asks of a task: to them there is none,
    /// but its id is taken.
    public TaskEvent refuseForeign(TaskState state, Message input) {
        long version = state.version() + 1;
        return input instanceof TaskCommand.Submit
                ? refused(input, state.task(), version, Reason.CONFLICT, "the id is taken")
                : unknown(input, state.task(), version);
    }

    private TaskEvent decideSubmit(
            @Nullable TaskState state, TaskCommand.Submit submit, Cause cause) {
        long version = nextVersion(state);
        if (state != null && state.stage() != Stage.ABSENT) {
            return decideRepeat(state, submit);
        }
        var terms = submit.terms();
        if (hasCome(terms.deadline(), cause.time())) {
            return refused(
                    submit,
                    submit.task(),
                    version,
                    Reason.TOO_LATE,
                    "deadline: %s (expected: later than %s, when it was submitted)"
                            .formatted(terms.deadline(), cause.time()));
        }
        var after = submit.after();
        if (after.contains(submit.task())) {
            return refused(
                    submit,
                    submit.task(),
                    version,
                    Reason.CYCLE,
                    "after: the task itself (expected: tasks that were submitted before it)");
        }
        if (after.size() > TaskCommand.MOST_DEPENDENCIES) {
            return refused(
                    submit,
                    submit.task(),
                    version,
                    Reason.NO_DEPENDENCY,
                    "after: %d tasks (expected: at most %d)"
                            .formatted(after.size(), TaskCommand.MOST_DEPENDENCIES));
        }
        boolean isHeldBack = !after.isEmpty();
        var due = isHeldBack ? null : momentToCome(terms.notBefore(), cause.time());
        return new TaskEvent.Submitted(
                submit.task(),
                version,
                submit.kind(),
                submit.input(),
                submit.inputDigest(),
                terms,
                due,
                due == null && !isHeldBack ? again(submit.kind(), cause.time(), 0) : null,
                after);
    }

    private static TaskEvent decideRepeat(TaskState state, TaskCommand.Submit submit) {
        long version = state.version() + 1;
        if (!submit.inputDigest().equals(state.inputDigest())
                || !submit.kind().equals(state.kind())) {
            return refused(
                    submit,
                    submit.task(),
                    version,
                    Reason.CONFLICT,
                    "the id is taken by a submission with another input");
        }
        return state.open() == null && state.stage() != Stage.SUCCEEDED
                ? refused(
                        submit,
                        submit.task(),
                        version,
                        Reason.ALREADY_ENDED,
                        "this submission was accepted before, and its task has ended: "
                                + state.stage().wireName())
                : refused(
                        submit,
                        submit.task(),
                        version,
                        Reason.DUPLICATE,
                        "this submission was accepted before; its task stands");
    }

    private TaskEvent decideSettle(TaskState state, TaskCommand.Settle settle, Cause cause) {
        var open = Objects.requireNonNull(state.open());
        var pending = open.pending();
        long version = state.version() + 1;
        if (pending == null || !pending.contains(settle.index())) {
            return refused(
                    settle,
                    state.task(),
                    version,
                    Reason.NO_DEPENDENCY,
                    "it does not wait for task " + settle.dependency());
        }
        var policy = open.terms().onFailedDependency();
        if (settle.end() != Stage.SUCCEEDED && policy != DependencyPolicy.RUN) {
            var why =
                    settle.end() == Stage.ABSENT
                            ? "it waits for task %s, which was never submitted"
                            : "it waits for task %s, which ended as " + settle.end().wireName();
            var detail = why.formatted(settle.dependency());
            return policy == DependencyPolicy.SKIP
                    ? new TaskEvent.Cancelled(
                            state.task(), version, state.attempt(), "skipped: " + detail)
                    : new TaskEvent.Failed(
                            state.task(),
                            version,
                            state.attempt(),
                            new Failure(DEPENDENCY_FAILED, detail));
        }
        int left = pending.size() - 1;
        var due = left > 0 ? null : momentToCome(open.terms().notBefore(), cause.time());
        return left == 0 && due == null
                ? queuedInTime(state, cause.time())
                : new TaskEvent.DependencyEnded(
                        state.task(),
                        version,
                        settle.dependency(),
                        settle.index(),
                        settle.end(),
                        left,
                        due);
    }

    private TaskEvent decideWake(TaskState state, TaskCommand.Wake wake, Cause cause) {
        var open = Objects.requireNonNull(state.open());
        long version = state.version() + 1;
        // Whoever woke it has a clock of its own, which may be ahead of the log's.
        var now = wake.due().isAfter(cause.time()) ? wake.due() : cause.time();
        var deadline = open.terms().deadline();
        if (deadline != null && !deadline.isAfter(now)) {
            return new TaskEvent.Expired(state.task(), version, state.attempt(), deadline);
        }
        if (hasCome(open.leaseEnds(), now)) {
            return failed(state, lost(state, open, now), true, cause, now);
        }
        if (hasCome(open.due(), now)) {
            return queued(state, now, 0);
        }
        if (hasCome(open.again(), now)) {
            return queued(state, now, open.repeats() + 1);
        }
        return refused(
                wake,
                state.task(),
                version,
                Reason.NOT_DUE,
                "nothing is due at %s (next: %s)".formatted(now, state.wakeAt()));
    }

    private static Failure lost(TaskState state, Open open, Instant now) {
        return hasCome(open.endsBy(), now)
                ? new Failure(
                        TIMED_OUT,
                        "attempt %d took longer than %s"
                                .formatted(state.attempt(), open.terms().timeout()))
                : new Failure(
                        LEASE_EXPIRED,
                        "the worker of attempt %d was silent until %s"
                                .formatted(state.attempt(), open.leaseEnds()));
    }

    private static Instant earliest(Instant moment, @Nullable Instant bound) {
        return bound != null && bound.isBefore(moment) ? bound : moment;
    }

    private TaskEvent decideReport(TaskState state, TaskReport report, Cause cause) {
        long version = state.version() + 1;
        if (report.attempt() != state.attempt()) {
            return refused(
                    report,
                    report.task(),
                    version,
                    Reason.STALE_ATTEMPT,
                    "attempt: %d (expected: %d)".formatted(report.attempt(), state.attempt()));
        }
        if (state.stage() == Stage.WAITING) {
            return refused(
                    report,
                    report.task(),
                    version,
                    Reason.NOT_DUE,
                    "attempt %d has not been handed out yet".formatted(report.attempt()));
        }
        return switch (report) {
            case TaskReport.Started started -> decideStart(state, started, cause);
            case TaskReport.Heartbeat(TaskId task, int attempt, _, Duration lease) ->
                    new TaskEvent.LeaseExtended(
                            task,
                            version,
                            attempt,
                            earliest(
                                    cause.time().plus(bounded(lease)),
                                    Objects.requireNonNull(state.open()).endsBy()));
            case TaskReport.Succeeded(TaskId task, int attempt, _, var output) ->
                    new TaskEvent.Succeeded(task, version, attempt, output);
            case TaskReport.Released _ -> queuedInTime(state, cause.time());
            case TaskReport.Failed(_, _, _, Failure failure, boolean isRetryable) ->
                    failed(state, failure, isRetryable, cause, cause.time());
        };
    }

    private static TaskEvent decideStart(TaskState state, TaskReport.Started started, Cause cause) {
        long version = state.version() + 1;
        boolean isInHouse = BuiltInKinds.isInHouse(Objects.requireNonNull(state.kind()));
        var open = Objects.requireNonNull(state.open());
        var holder = open.worker();
        if (!isInHouse && holder != null && !holder.equals(started.worker())) {
            return refused(
                    started,
                    started.task(),
                    version,
                    Reason.TAKEN,
                    "attempt %d is held by %s".formatted(started.attempt(), holder));
        }
        var deadline = open.terms().deadline();
        if (hasCome(deadline, cause.time())) {
            return refused(
                    started,
                    started.task(),
                    version,
                    Reason.TOO_LATE,
                    "deadline: %s has passed; the task expires".formatted(deadline));
        }
        var lease = started.lease();
        if (lease == null && !isInHouse) {
            lease = TaskReport.USUAL_LEASE;
        }
        var timeout = open.terms().timeout();
        var endsBy = open.endsBy(); // who says twice that it began has no more time for that
        if (endsBy == null && timeout != null) {
            endsBy = cause.time().plus(timeout);
        }
        return new TaskEvent.Started(
                started.task(),
                version,
                started.attempt(),
                started.worker(),
                lease == null ? null : earliest(cause.time().plus(bounded(lease)), endsBy),
                endsBy);
    }

    /// The current attempt is for any worker to begin, unless its time is over.
    private TaskEvent queuedInTime(TaskState state, Instant now) {
        var deadline = Objects.requireNonNull(state.open()).terms().deadline();
        return deadline != null && hasCome(deadline, now)
                ? new TaskEvent.Expired(
                        state.task(), state.version() + 1, state.attempt(), deadline)
                : queued(state, now, 0);
    }

    /// The current attempt is for any worker to begin.
    private TaskEvent queued(TaskState state, Instant now, int repeats) {
        var open = Objects.requireNonNull(state.open());
        var kind = Objects.requireNonNull(state.kind());
        return new TaskEvent.Queued(
                state.task(),
                state.version() + 1,
                state.attempt(),
                kind,
                open.input(),
                open.terms(),
                again(kind, now, repeats));
    }

    private @Nullable Instant again(String kind, Instant now, int repeats) {
        if (BuiltInKinds.isInHouse(kind)) {
            return null;
        }
        var wait = patience.multipliedBy(1L << Math.min(repeats, MOST_DOUBLINGS));
        return now.plus(wait.compareTo(LONGEST_PATIENCE) > 0 ? LONGEST_PATIENCE : wait);
    }

    private static TaskEvent failed(
            TaskState state, Failure failure, boolean isRetryable, Cause cause, Instant now) {
        var retries = Objects.requireNonNull(state.open()).terms().retries();
        long version = state.version() + 1;
        int attempt = state.attempt();
        return isRetryable && retries.follow(attempt, failure)
                ? new TaskEvent.AttemptFailed(
                        state.task(),
                        version,
                        attempt,
                        failure,
                        now.plus(retries.waitAfter(attempt, cause.id())))
                : new TaskEvent.Failed(state.task(), version, attempt, failure);
    }

    /// The state after one more event.
    ///
    /// Total: an event that does not fit (there is none in a log that [#decide] wrote) moves the
    /// version on and nothing else.
    ///
    /// @param before null if `event` is the task's first
    public static TaskState evolve(@Nullable TaskState before, TaskEvent event) {
        var state =
                before == null
                        ? new TaskState(
                                event.task(), 0, Stage.ABSENT, null, null, 0, null, null, null)
                        : before;
        if (event instanceof TaskEvent.Submitted submitted && state.stage() == Stage.ABSENT) {
            return new TaskState(
                    event.task(),
                    event.version(),
                    submitted.isQueued() ? Stage.QUEUED : Stage.WAITING,
                    submitted.kind(),
                    submitted.inputDigest(),
                    1,
                    null,
                    Open.submitted(submitted),
                    null);
        }
        var open = state.open();
        if (open == null || !Lifecycle.allows(state.stage(), event.type())) {
            return next(state, event, state.stage(), state.attempt(), open);
        }
        int attempt = state.attempt();
        return switch (event) {
            case TaskEvent.Submitted _, TaskEvent.Refused _, TaskEvent.Watched _ ->
                    next(state, event, state.stage(), attempt, open);
            case TaskEvent.DependencyEnded ended -> {
                var pending = open.pending();
                var others =
                        ended.left() == 0 || pending == null
                                ? null
                                : pending.without(ended.index());
                yield next(state, event, Stage.WAITING, attempt, open.waiting(ended.due(), others));
            }
            case TaskEvent.Queued queued -> {
                int repeats = state.stage() == Stage.QUEUED ? open.repeats() + 1 : 0;
                yield next(
                        state, event, Stage.QUEUED, attempt, open.queued(queued.again(), repeats));
            }
            case TaskEvent.Started started -> {
                var running = open.running(started.worker(), started.leaseEnds(), started.endsBy());
                yield next(state, event, Stage.RUNNING, attempt, running);
            }
            case TaskEvent.LeaseExtended extended -> {
                var running = open.running(open.worker(), extended.leaseEnds(), open.endsBy());
                yield next(state, event, Stage.RUNNING, attempt, running);
            }
            case TaskEvent.AttemptFailed failed ->
                    next(
                            state,
                            event,
                            Stage.WAITING,
                            attempt + 1,
                            open.waiting(failed.retryAt(), null));
            case TaskEvent.Succeeded succeeded ->
                    next(
                            state,
                            event,
                            Stage.SUCCEEDED,
                            attempt,
                            null,
                            DependencyResult.passedOn(succeeded.output()));
            case TaskEvent.Failed _ -> next(state, event, Stage.FAILED, attempt, null);
            case TaskEvent.Cancelled _ -> next(state, event, Stage.CANCELLED, attempt, null);
            case TaskEvent.Expired _ -> next(state, event, Stage.EXPIRED, attempt, null);
        };
    }

    private static TaskState next(
            TaskState state, TaskEvent event, Stage stage, int attempt, @Nullable Open open) {
        return next(state, event, stage, attempt, open, state.output());
    }

    private static TaskState next(
            TaskState state,
            TaskEvent event,
            Stage stage,
            int attempt,
            @Nullable Open open,
            @Nullable Content output) {
        return new TaskState(
                state.task(),
                event.version(),
                stage,
                state.kind(),
                state.inputDigest(),
                attempt,
                state.owner(),
                open,
                output);
    }

    /// The decision on a task that is under way, or why there is none to decide on.
    private static TaskEvent onOpen(
            @Nullable TaskState state, Message input, TaskId task, Decision decision) {
        if (state == null || state.stage() == Stage.ABSENT) {
            return unknown(input, task, nextVersion(state));
        }
        if (state.open() == null) {
            return refused(
                    input,
                    task,
                    state.version() + 1,
                    Reason.ALREADY_ENDED,
                    "the task has ended: " + state.stage().wireName());
        }
        return decision.on(state);
    }

    private static TaskEvent unknown(Message input, TaskId task, long version) {
        return refused(
                input,
                task,
                version,
                Reason.UNKNOWN_TASK,
                "no task " + task + " was submitted here");
    }

    private static TaskEvent refused(
            Message input, TaskId task, long version, Reason reason, String detail) {
        return new TaskEvent.Refused(task, version, input.type(), reason, detail);
    }

    private static Duration bounded(Duration lease) {
        if (lease.compareTo(TaskReport.SHORTEST_LEASE) < 0) {
            return TaskReport.SHORTEST_LEASE;
        }
        return lease.compareTo(TaskReport.LONGEST_LEASE) > 0 ? TaskReport.LONGEST_LEASE : lease;
    }

    /// The moment if it is yet to come, else null.
    private static @Nullable Instant momentToCome(@Nullable Instant moment, Instant now) {
        return hasCome(moment, now) ? null : moment;
    }

    private static boolean hasCome(@Nullable Instant moment, Instant now) {
        return moment != null && !moment.isAfter(now);
    }

    private static long nextVersion(@Nullable TaskState state) {
        return state == null ? 1 : state.version() + 1;
    }

    private interface Decision {
        TaskEvent on(TaskState open);
    }
}
