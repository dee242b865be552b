package dev.millrace.domain.task;

import dev.millrace.domain.event.Message;
import dev.millrace.domain.kind.BuiltInKinds;
import dev.millrace.domain.task.TaskEvent.Reason;
import dev.millrace.domain.task.TaskState.Stage;
import org.jspecify.annotations.Nullable;

/// What `decide` lets workers know of an attempt. On the wire: `task-signal.avsc`, keyed by task.
///
/// News for those who listen at the moment: nothing follows from a signal that nobody hears, since
/// what a worker may not do is refused in any case.
public sealed interface TaskSignal extends Message {

    TaskId task();

    int attempt();

    /// A worker that said it began holds the attempt.
    record Granted(TaskId task, int attempt, String worker) implements TaskSignal {
        @Override
        public String type() {
            return "dev.millrace.task.signal.granted";
        }
    }

    /// The attempt is not to be worked on: it is over, or another worker has it.
    ///
    /// @param worker whom that concerns; null for all
    /// @param why for people
    record Withdrawn(TaskId task, int attempt, @Nullable String worker, String why)
            implements TaskSignal {
        public Withdrawn {
            why = ForPeople.cut(why);
        }

        @Override
        public String type() {
            return "dev.millrace.task.signal.withdrawn";
        }
    }

    /// What workers are to know of a decision; null if it is no news to them.
    ///
    /// Whoever shows a wrong claim token, or speaks of another tenant's task, is told nothing, so
    /// that nobody can disturb a worker by guessing.
    ///
    /// @param before the state that was decided on; null if nothing was known of the task
    static @Nullable TaskSignal of(@Nullable TaskState before, Message input, TaskEvent event) {
        if (before == null || before.kind() == null || BuiltInKinds.isInHouse(before.kind())) {
            return null;
        }
        return switch (event) {
            case TaskEvent.Started started ->
                    new Granted(started.task(), started.attempt(), started.worker());
            case TaskEvent.Refused refused -> isGuess(refused) ? null : refusal(input, refused);
            case TaskEvent.Cancelled cancelled -> ended(before, "cancelled: " + cancelled.why());
            case TaskEvent.Expired expired -> ended(before, "expired at " + expired.deadline());
            case TaskEvent.AttemptFailed failed -> lost(before, input, failed.failure());
            case TaskEvent.Failed failed -> lost(before, input, failed.failure());
            case TaskEvent.Submitted _,
                    TaskEvent.Watched _,
                    TaskEvent.DependencyEnded _,
                    TaskEvent.Queued _,
                    TaskEvent.LeaseExtended _,
                    TaskEvent.Succeeded _ ->
                    null;
        };
    }

    /// Of a task that is there, only a stranger is told that there is none.
    private static boolean isGuess(TaskEvent.Refused refused) {
        return refused.reason() == Reason.BAD_CLAIM || refused.reason() == Reason.UNKNOWN_TASK;
    }

    private static @Nullable TaskSignal refusal(Message input, TaskEvent.Refused refused) {
        return switch (input) {
            case TaskReport.Started started ->
                    new Withdrawn(
                            started.task(), started.attempt(), started.worker(), refused.detail());
            case TaskReport.Heartbeat heartbeat ->
                    new Withdrawn(heartbeat.task(), heartbeat.attempt(), null, refused.detail());
            default -> null;
        };
    }

    /// A failure that no worker reported is news to the one who works on it.
    private static @Nullable TaskSignal lost(TaskState before, Message input, Failure failure) {
        return input instanceof TaskReport ? null : ended(before, failure.detail());
    }

    private static @Nullable TaskSignal ended(TaskState before, String why) {
        return before.stage() == Stage.QUEUED || before.stage() == Stage.RUNNING
                ? new Withdrawn(before.task(), before.attempt(), null, why)
                : null;
    }
}
