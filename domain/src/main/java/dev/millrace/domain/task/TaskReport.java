package dev.millrace.domain.task;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Message;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a worker says of one attempt. On the wire: `task-report.avsc`, keyed by task.
public sealed interface TaskReport extends Message {

    /// The shortest lease: whoever asks for less gets this.
    Duration SHORTEST_LEASE = Duration.ofSeconds(1);

    /// The lease of a worker that asks for none.
    Duration USUAL_LEASE = Duration.ofSeconds(30);

    /// The longest lease: whoever asks for more gets this.
    Duration LONGEST_LEASE = Duration.ofHours(1);

    TaskId task();

    /// The attempt it speaks of; 1 is the first.
    int attempt();

    /// The secret that proves the worker holds the attempt; null from the site's own topologies.
    @Nullable String claimToken();

    /// The worker has begun.
    ///
    /// @param worker its name, under which it alone holds the attempt
    /// @param lease how long it may be silent before the attempt is taken for lost; null for the
    ///   usual time, or for ever where the site itself does the work
    record Started(
            TaskId task,
            int attempt,
            @Nullable String claimToken,
            String worker,
            @Nullable Duration lease)
            implements TaskReport {
        @Override
        public String type() {
            return "dev.millrace.task.report.started";
        }
    }

    /// The worker is still at it.
    ///
    /// @param lease how long it may be silent from now on
    record Heartbeat(TaskId task, int attempt, @Nullable String claimToken, Duration lease)
            implements TaskReport {
        @Override
        public String type() {
            return "dev.millrace.task.report.heartbeat";
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

    /// The worker gives the attempt back, undone, for another to do.
    record Released(TaskId task, int attempt, @Nullable String claimToken) implements TaskReport {
        @Override
        public String type() {
            return "dev.millrace.task.report.released";
        }
    }

    /// The attempt failed.
    ///
    /// @param isRetryable whether another attempt may mend it
    record Failed(
            TaskId task,
            int attempt,
            @Nullable String claimToken,
            Failure failure,
            boolean isRetryable)
            implements TaskReport {
        @Override
        public String type() {
            return "dev.millrace.task.report.failed";
        }
    }
}
