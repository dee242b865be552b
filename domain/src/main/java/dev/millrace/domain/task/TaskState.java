package dev.millrace.domain.task;

import dev.millrace.domain.event.Digest;
import org.jspecify.annotations.Nullable;

/// All that `decide` needs to know of a task: the fold of its events so far.
///
/// @param version of the last event; a task known only by refusals has one too
/// @param kind null while only refusals are known
/// @param inputDigest null while only refusals are known
/// @param attempt the current attempt; 0 before the task is submitted
public record TaskState(
        TaskId task,
        long version,
        Stage stage,
        @Nullable String kind,
        @Nullable Digest inputDigest,
        int attempt) {

    /// Where in its life a task is.
    public enum Stage {
        /// Refused something before it was ever submitted.
        ABSENT,
        QUEUED,
        RUNNING,
        SUCCEEDED,
        FAILED;

        public boolean isEnded() {
            return this == SUCCEEDED || this == FAILED;
        }
    }
}
