package dev.millrace.domain.task;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Message;
import org.jspecify.annotations.Nullable;

/// What a worker says of one attempt. On the wire: `task-report.avsc`, keyed by task.
public sealed interface TaskReport extends Message {

    TaskId task();

    /// The attempt it speaks of; 1 is the first.
    int attempt();

    /// The secret that proves the worker holds the attempt; null from the site's own topologies.
    @Nullable String claimToken();

    /// The worker has begun.
    ///
    /// @param worker its name, for people
    record Started(TaskId task, int attempt, @Nullable String claimToken, String worker)
            implements TaskReport {
        @Override
        public String type() {
            return "dev.millrace.task.report.started";
        }
    }

    /// The work is done.
    ///
    /// @param output a JSON object in the kind's own shape
    record Succeeded(TaskId task, int attempt, @Nullable String claimToken, Content output)
            implements TaskReport {
        @Override
        public String type() {
            return "dev.millrace.task.report.succeeded";
        }
    }

    /// The attempt failed.
    record Failed(TaskId task, int attempt, @Nullable String claimToken, Failure failure)
            implements TaskReport {
        @Override
        public String type() {
            return "dev.millrace.task.report.failed";
        }
    }
}
