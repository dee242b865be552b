package dev.millrace.domain.task;

import dev.millrace.domain.task.TaskEvent.Reason;
import dev.millrace.domain.task.TaskState.Stage;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Decides what a command or report does to a task, and folds what was decided.
///
/// ```
///            submit           started            succeeded
///  (absent) ───────▶ QUEUED ─────────▶ RUNNING ───────────▶ SUCCEEDED
///                      │                  │      failed
///                      └──────────────────┴───────────────▶ FAILED
/// ```
///
/// A report may end an attempt it never announced: `started` is news, not a condition.
///
/// Pure and total: no clock, no randomness, an answer for every pair of state and input
/// (Chassaing's decider). Exactly one event comes of each input; refusals are events too.
public final class TaskDecider {

    private final Set<String> kinds;

    /// @param kinds the kinds of task this site knows
    public TaskDecider(Set<String> kinds) {
        this.kinds = Set.copyOf(kinds);
    }

    /// The one outcome of a command.
    ///
    /// @param state null if nothing is known of the task
    public TaskEvent decide(@Nullable TaskState state, TaskCommand command) {
        return switch (command) {
            case TaskCommand.Submit submit -> decideSubmit(state, submit);
        };
    }

    /// The one outcome of a report.
    ///
    /// @param state null if nothing is known of the task
    public TaskEvent decide(@Nullable TaskState state, TaskReport report) {
        long version = nextVersion(state);
        if (state == null || state.stage() == Stage.ABSENT) {
            return refused(
                    report,
                    report.task(),
                    version,
                    Reason.UNKNOWN_TASK,
                    "no task " + report.task() + " was submitted here");
        }
        if (state.stage().isEnded()) {
            return refused(
                    report,
                    report.task(),
                    version,
                    Reason.ALREADY_ENDED,
                    "the task has ended: "
                            + state.stage().name().toLowerCase(java.util.Locale.ROOT));
        }
        if (report.attempt() != state.attempt()) {
            return refused(
                    report,
                    report.task(),
                    version,
                    Reason.STALE_ATTEMPT,
                    "attempt: %d (expected: %d)".formatted(report.attempt(), state.attempt()));
        }
        return switch (report) {
            case TaskReport.Started(TaskId task, int attempt, _, String worker) ->
                    new TaskEvent.Started(task, version, attempt, worker);
            case TaskReport.Succeeded(TaskId task, int attempt, _, var output) ->
                    new TaskEvent.Succeeded(task, version, attempt, output);
            case TaskReport.Failed(TaskId task, int attempt, _, Failure failure) ->
                    new TaskEvent.Failed(task, version, attempt, failure);
        };
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

    /// The state after one more event.
    ///
    /// Total: an event that does not fit (there is none in a log that [#decide] wrote) moves the
    /// version on and nothing else.
    ///
    /// @param before null if `event` is the task's first
    public static TaskState evolve(@Nullable TaskState before, TaskEvent event) {
        var state =
                before == null
                        ? new TaskState(event.task(), 0, Stage.ABSENT, null, null, 0)
                        : before;
        if (event instanceof TaskEvent.Submitted submitted && state.stage() == Stage.ABSENT) {
            return new TaskState(
                    event.task(),
                    event.version(),
                    Stage.QUEUED,
                    submitted.kind(),
                    submitted.inputDigest(),
                    1);
        }
        var stage =
                state.stage() == Stage.ABSENT || state.stage().isEnded()
                        ? state.stage()
                        : switch (event) {
                            case TaskEvent.Submitted _, TaskEvent.Refused _ -> state.stage();
                            case TaskEvent.Started _ -> Stage.RUNNING;
                            case TaskEvent.Succeeded _ -> Stage.SUCCEEDED;
                            case TaskEvent.Failed _ -> Stage.FAILED;
                        };
        return new TaskState(
                state.task(),
                event.version(),
                stage,
                state.kind(),
                state.inputDigest(),
                state.attempt());
    }

    private TaskEvent decideSubmit(@Nullable TaskState state, TaskCommand.Submit submit) {
        long version = nextVersion(state);
        if (state != null && state.stage() != Stage.ABSENT) {
            return submit.inputDigest().equals(state.inputDigest())
                            && submit.kind().equals(state.kind())
                    ? refused(
                            submit,
                            submit.task(),
                            version,
                            Reason.DUPLICATE,
                            "this submission was accepted before; its task stands")
                    : refused(
                            submit,
                            submit.task(),
                            version,
                            Reason.CONFLICT,
                            "the id is taken by a submission with another input");
        }
        if (!kinds.contains(submit.kind())) {
            return refused(
                    submit,
                    submit.task(),
                    version,
                    Reason.UNKNOWN_KIND,
                    "kind: " + submit.kind() + " (expected: one of " + sorted(kinds) + ")");
        }
        return new TaskEvent.Submitted(
                submit.task(), version, submit.kind(), submit.input(), submit.inputDigest());
    }

    private static TaskEvent refused(
            dev.millrace.domain.event.Message input,
            TaskId task,
            long version,
            Reason reason,
            String detail) {
        return new TaskEvent.Refused(task, version, input.type(), reason, detail);
    }

    private static long nextVersion(@Nullable TaskState state) {
        return state == null ? 1 : state.version() + 1;
    }

    private static java.util.List<String> sorted(Set<String> names) {
        return names.stream().sorted().toList();
    }
}
