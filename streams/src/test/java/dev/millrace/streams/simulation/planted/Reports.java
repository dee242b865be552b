package dev.millrace.streams.simulation.planted;

import dev.millrace.domain.kind.BuiltInKinds;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.streams.simulation.Seams;
import org.jspecify.annotations.Nullable;

/// Reports that say more than their sender may.
final class Reports {

    private Reports() {}

    /// The same of another attempt, with the token that whoever holds that shows.
    static TaskReport of(TaskReport report, int attempt, @Nullable String kind) {
        var task = report.task();
        var token =
                kind != null && BuiltInKinds.isInHouse(kind)
                        ? null
                        : Seams.CLAIMS.token(task, attempt);
        return switch (report) {
            case TaskReport.Started started ->
                    new TaskReport.Started(task, attempt, token, started.worker(), started.lease());
            case TaskReport.Heartbeat heartbeat ->
                    new TaskReport.Heartbeat(task, attempt, token, heartbeat.lease());
            case TaskReport.Succeeded succeeded ->
                    new TaskReport.Succeeded(task, attempt, token, succeeded.output());
            case TaskReport.Released _ -> new TaskReport.Released(task, attempt, token);
            case TaskReport.Failed failed ->
                    new TaskReport.Failed(
                            task, attempt, token, failed.failure(), failed.isRetryable());
        };
    }
}
