package dev.millrace.streams.views.fold;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.TaskProgress;
import java.time.Instant;

/// A row of the view `task-progress`: its components are the row's JSON fields.
///
/// @param id of the task
/// @param attempt 1 is the first
/// @param fraction of the work that was done; 0 to 1
/// @param note for people
/// @param worker who said so
/// @param updated when it was said
public record ProgressRow(
        String id, int attempt, double fraction, String note, String worker, Instant updated) {

    static ProgressRow of(Envelope<?> envelope, TaskProgress progress) {
        return new ProgressRow(
                progress.task().toString(),
                progress.attempt(),
                progress.fraction(),
                progress.note(),
                envelope.actor().id(),
                envelope.time());
    }

    /// Under which a row is stored, so that the rows of a tenant are one range of keys.
    public static String key(String tenant, String task) {
        return prefix(tenant) + task;
    }

    /// How every key of a tenant begins.
    public static String prefix(String tenant) {
        return IndexEntry.prefix(tenant, "");
    }
}
