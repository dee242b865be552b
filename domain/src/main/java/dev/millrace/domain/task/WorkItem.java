package dev.millrace.domain.task;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Message;

/// An attempt that any worker of the kind may begin. On the wire: `work-item.avsc`, keyed by task.
///
/// It is a hint, not the truth: it may be late, come twice or never come. Whoever is in doubt asks
/// by [TaskReport.Started], which `decide` answers with a [TaskSignal].
///
/// @param input a JSON object in the kind's own shape
/// @param claimToken what a report of the attempt has to show; a secret
/// @param dependencies what the tasks gave that it waited for
public record WorkItem(
        TaskId task,
        int attempt,
        String kind,
        Content input,
        Terms terms,
        String claimToken,
        DependencyResults dependencies)
        implements Message {

    /// An attempt at a task that waited for none.
    public WorkItem(
            TaskId task, int attempt, String kind, Content input, Terms terms, String claimToken) {
        this(task, attempt, kind, input, terms, claimToken, DependencyResults.NONE);
    }

    @Override
    public String type() {
        return "dev.millrace.task.work";
    }

    @Override
    public String toString() {
        return "WorkItem[task=%s, attempt=%d, kind=%s]".formatted(task, attempt, kind);
    }
}
