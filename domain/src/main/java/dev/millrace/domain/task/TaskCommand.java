package dev.millrace.domain.task;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Message;

/// What a trusted writer asks of a task. On the wire: `task-command.avsc`, keyed by task.
public sealed interface TaskCommand extends Message {

    TaskId task();

    /// Asks for work to be done.
    ///
    /// @param kind what work, for instance `ingest`
    /// @param input a JSON object in the kind's own shape
    /// @param inputDigest tells a repeated submission from a different one under the same id
    record Submit(TaskId task, String kind, Content input, Digest inputDigest)
            implements TaskCommand {
        @Override
        public String type() {
            return "dev.millrace.task.submit";
        }
    }
}
