package dev.millrace.domain.task;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Message;
import java.util.Locale;

/// Something that happened to one task. On the wire: `task-event.avsc`, keyed by task.
///
/// Every command and report has exactly one outcome here, a refusal included, so the versions of a
/// task are 1, 2, 3 … without a gap, in the order of their offsets.
public sealed interface TaskEvent extends Message {

    TaskId task();

    /// Counts the events of this task; 1 is the first.
    long version();

    /// The task exists and waits to be worked on.
    ///
    /// @param input a JSON object in the kind's own shape
    record Submitted(TaskId task, long version, String kind, Content input, Digest inputDigest)
            implements TaskEvent {
        @Override
        public String type() {
            return "dev.millrace.task.submitted";
        }
    }

    /// A worker began an attempt.
    record Started(TaskId task, long version, int attempt, String worker) implements TaskEvent {
        @Override
        public String type() {
            return "dev.millrace.task.started";
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
        /// The same submission was accepted before: its task stands.
        DUPLICATE,
        /// The id is taken by a submission with another input.
        CONFLICT,
        /// No such kind of task.
        UNKNOWN_KIND,
        /// A report of a task that was never submitted.
        UNKNOWN_TASK,
        /// A report of an attempt that is not the current one.
        STALE_ATTEMPT,
        /// The task ended before.
        ALREADY_ENDED,
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
