package dev.millrace.domain.task;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Message;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a trusted writer asks of a task. On the wire: `task-command.avsc`, keyed by task.
public sealed interface TaskCommand extends Message {

    /// For so many tasks may one wait at most.
    int MOST_DEPENDENCIES = 10_000;

    TaskId task();

    /// Asks for work to be done.
    ///
    /// @param kind what work, for instance `ingest`
    /// @param input a JSON object in the kind's own shape
    /// @param inputDigest tells a repeated submission from a different one under the same id
    /// @param after the tasks that are to succeed before it begins, each once, at most
    ///   [#MOST_DEPENDENCIES]; empty for none
    record Submit(
            TaskId task,
            String kind,
            Content input,
            Digest inputDigest,
            Terms terms,
            List<TaskId> after)
            implements TaskCommand {
        public Submit {
            after = List.copyOf(after);
        }

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

    /// Asks that another task be told how this one ends: `decide` speaks so for a task that waits
    /// for others.
    ///
    /// @param by the task that waits
    /// @param index which of those that it waits for this one is; 0 is the first
    record Watch(TaskId task, TaskId by, int index) implements TaskCommand {
        @Override
        public String type() {
            return "dev.millrace.task.watch";
        }
    }

    /// Says that a task that this one waits for has ended: the answer to [Watch].
    ///
    /// @param index which of those that it waits for it is; 0 is the first
    /// @param end how it ended; [TaskState.Stage#ABSENT] if there is no such task
    /// @param output what it gave; null if it did not succeed, or if that is too large to be passed
    ///   on (see [DependencyResult])
    record Settle(
            TaskId task,
            TaskId dependency,
            int index,
            TaskState.Stage end,
            @Nullable Content output)
            implements TaskCommand {

        /// What the task that waited is handed of that.
        public DependencyResult result() {
            return new DependencyResult(dependency, end, output);
        }

        @Override
        public String type() {
            return "dev.millrace.task.settle";
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
