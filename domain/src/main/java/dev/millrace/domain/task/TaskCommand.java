package dev.millrace.domain.task;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Message;
import java.time.Instant;

/// What a trusted writer asks of a task. On the wire: `task-command.avsc`, keyed by task.
public sealed interface TaskCommand extends Message {

    TaskId task();

    /// Asks for work to be done.
    ///
    /// @param kind what work, for instance `ingest`
    /// @param input a JSON object in the kind's own shape
    /// @param inputDigest tells a repeated submission from a different one under the same id
    record Submit(TaskId task, String kind, Content input, Digest inputDigest, Terms terms)
            implements TaskCommand {
        @Override
        public String type() {
            return "dev.millrace.task.submit";
        }
    }

    /// Asks for a task to end, wherever it is.
    ///
    /// @param why for people, at most 1,024 characters (longer is cut); may be empty
    record Cancel(TaskId task, String why) implements TaskCommand {
        public Cancel {
            why = ForPeople.cut(why);
        }

        @Override
        public String type() {
            return "dev.millrace.task.cancel";
        }
    }

    /// Says that a moment has come that a task waits for: `decide`'s own timers speak so.
    ///
    /// @param due the moment; the task takes it for past, whatever its own clock says
    record Wake(TaskId task, Instant due) implements TaskCommand {
        @Override
        public String type() {
            return "dev.millrace.task.wake";
        }
    }
}
