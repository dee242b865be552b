package dev.millrace.gateway.commands;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.TaskProgress;
import dev.millrace.domain.task.TaskReport;
import java.util.concurrent.CompletionStage;

/// Publishes what workers say of their attempts, and learns what was decided.
///
/// Safe for use by many threads; calls never block. A stage fails with [SubmissionsUnavailable]
/// when no outcome came in time: the report may still be decided. Repeating it is safe, for an
/// attempt ends once.
public interface TaskReports {

    /// The one outcome of a report, once it is committed.
    CompletionStage<Outcome> report(Envelope<TaskReport> report);

    /// Says how far an attempt is. If that cannot be written, it is not: nothing is decided by it.
    void tell(Envelope<TaskProgress> progress);
}
