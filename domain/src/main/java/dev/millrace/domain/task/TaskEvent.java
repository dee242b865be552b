package dev.millrace.domain.task;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Message;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Something that happened to one task. On the wire: `task-event.avsc`, keyed by task.
///
/// Every command and report has exactly one outcome here, a refusal included, so the versions of a
/// task are 1, 2, 3 … without a gap, in the order of their offsets.
public sealed interface TaskEvent extends Message {

    TaskId task();

    /// Counts the events of this task; 1 is the first.
    long version();

    /// The task exists.
    ///
    /// @param input a JSON object in the kind's own shape
    /// @param due when its first attempt may begin; null if it is queued at once
    /// @param again when it is queued once more if no worker has taken it; null for never
    /// @param after the tasks that it waits for; empty for none
    record Submitted(
            TaskId task,
            long version,
            String kind,
            Content input,
            Digest inputDigest,
            Terms terms,
            @Nullable Instant due,
            @Nullable Instant again,
            List<TaskId> after)
            implements TaskEvent {
        public Submitted {
            after = List.copyOf(after);
        }

        /// Whether any worker may begin it at once.
        public boolean isQueued() {
            return due == null && after.isEmpty();
        }

        @Override
        public String type() {
            return "dev.millrace.task.submitted";
        }
    }

    /// Another task waits for this one, and will be told how it ends.
    record Watched(TaskId task, long version, TaskId by) implements TaskEvent {
        @Override
        public String type() {
            return "dev.millrace.task.watched";
        }
    }

    /// A task that this one waits for has ended.
    ///
    /// @param index which of those that it waits for it is; 0 is the first
    /// @param end how it ended; [TaskState.Stage#ABSENT] if there is no such task
    /// @param left how many it still waits for
    /// @param due if it waits for none, when its first attempt may begin; else null
    record DependencyEnded(
            TaskId task,
            long version,
            TaskId dependency,
            int index,
            TaskState.Stage end,
            int left,
            @Nullable Instant due)
            implements TaskEvent {
        @Override
        public String type() {
            return "dev.millrace.task.dependency_ended";
        }
    }

    /// What an attempt had to wait for is over, or no worker has taken it for long: any may begin
    /// it.
    ///
    /// @param input a JSON object in the kind's own shape, as it was submitted
    /// @param again when it is queued once more if no worker has taken it; null for never
    /// @param dependencies what the tasks gave that it waited for
    record Queued(
            TaskId task,
            long version,
            int attempt,
            String kind,
            Content input,
            Terms terms,
            @Nullable Instant again,
            DependencyResults dependencies)
            implements TaskEvent {

        /// An attempt at a task that waited for none.
        public Queued(
                TaskId task,
                long version,
                int attempt,
                String kind,
                Content input,
                Terms terms,
                @Nullable Instant again) {
            this(task, version, attempt, kind, input, terms, again, DependencyResults.NONE);
        }

        /// The same with what the tasks gave that it waited for.
        public Queued with(DependencyResults results) {
            return new Queued(task, version, attempt, kind, input, terms, again, results);
        }

        @Override
        public String type() {
            return "dev.millrace.task.queued";
        }
    }

    /// A worker began an attempt.
    ///
    /// @param leaseEnds when the attempt is taken for lost unless the worker speaks; null for never
    /// @param endsBy when it has failed in any case; null for never
    record Started(
            TaskId task,
            long version,
            int attempt,
            String worker,
            @Nullable Instant leaseEnds,
            @Nullable Instant endsBy)
            implements TaskEvent {
        @Override
        public String type() {
            return "dev.millrace.task.started";
        }
    }

    /// A worker that is still at it may go on.
    record LeaseExtended(TaskId task, long version, int attempt, Instant leaseEnds)
            implements TaskEvent {
        @Override
        public String type() {
            return "dev.millrace.task.lease_extended";
        }
    }

    /// An attempt failed, and another will follow.
    ///
    /// @param attempt the one that failed
    /// @param retryAt when the next one may begin
    record AttemptFailed(TaskId task, long version, int attempt, Failure failure, Instant retryAt)
            implements TaskEvent {
        @Override
        public String type() {
            return "dev.millrace.task.attempt_failed";
        }
    }

    /// The task is done; nothing but refusals follows.
    ///
    /// @param output a JSON object in the kind's own shape, also in `results`
    record Succeeded(TaskId task, long version, int attempt, Content output) implements TaskEvent {
        @Override
        public String type() {
            return "dev.millrace.task.succeeded";
        }
    }

    /// The task failed for good; nothing but refusals follows.
    record Failed(TaskId task, long version, int attempt, Failure failure) implements TaskEvent {
        @Override
        public String type() {
            return "dev.millrace.task.failed";
        }
    }

    /// Somebody ended the task; nothing but refusals follows.
    ///
    /// @param attempt the one that was waited for or worked on
    /// @param why for people; may be empty
    record Cancelled(TaskId task, long version, int attempt, String why) implements TaskEvent {
        @Override
        public String type() {
            return "dev.millrace.task.cancelled";
        }
    }

    /// The deadline came first; nothing but refusals follows.
    ///
    /// @param attempt the one that was waited for or worked on
    record Expired(TaskId task, long version, int attempt, Instant deadline) implements TaskEvent {
        @Override
        public String type() {
            return "dev.millrace.task.expired";
        }
    }

    /// A command or report changed nothing.
    ///
    /// @param refused the type of what was refused, for instance `dev.millrace.task.submit`
    /// @param detail for people: the cause and the way out
    record Refused(TaskId task, long version, String refused, Reason reason, String detail)
            implements TaskEvent {
        @Override
        public String type() {
            return "dev.millrace.task.refused";
        }
    }

    /// Why a command or report was refused.
    enum Reason {
        /// The same submission was accepted before: its task stands, or has succeeded.
        DUPLICATE,
        /// The id is taken by a submission with another input.
        CONFLICT,
        /// No such kind of task; in old events only, of when `decide` still knew the kinds.
        UNKNOWN_KIND,
        /// A report of a task that was never submitted.
        UNKNOWN_TASK,
        /// A report of an attempt that is not the current one.
        STALE_ATTEMPT,
        /// The task ended before; of a submission: without success.
        ALREADY_ENDED,
        /// The claim token of a report is not that of the attempt.
        BAD_CLAIM,
        /// Another worker holds the attempt, and its lease runs.
        TAKEN,
        /// The task would wait for itself.
        CYCLE,
        /// The task waits for no such task, or for more than it may.
        NO_DEPENDENCY,
        /// The attempt has not been handed out yet, or the moment has not come.
        NOT_DUE,
        /// The deadline had passed when the task was submitted, or an attempt was to begin.
        TOO_LATE,
        /// It is sealed, or of a newer version: nobody here can tell what it asks.
        UNREADABLE,
        /// A reason of a newer version.
        OTHER;

        /// The name on the wire and in JSON, for instance `unknown_kind`.
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /// The reason a wire name stands for; [#OTHER] for one of a newer version.
        public static Reason ofWireName(String name) {
            for (var reason : values()) {
                if (reason.wireName().equals(name)) {
                    return reason;
                }
            }
            return OTHER;
        }
    }
}
