package dev.millrace.schemas.codec;

import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.schemas.record.TaskReportFailedRecord;
import dev.millrace.schemas.record.TaskReportHeartbeatRecord;
import dev.millrace.schemas.record.TaskReportRecord;
import dev.millrace.schemas.record.TaskReportReleasedRecord;
import dev.millrace.schemas.record.TaskReportStartedRecord;
import dev.millrace.schemas.record.TaskReportSucceededRecord;
import java.time.Duration;
import org.apache.avro.specific.SpecificRecord;

/// `task-report.avsc`.
final class TaskReportCodec implements PayloadCodec<TaskReport> {

    @Override
    public Class<TaskReport> vocabulary() {
        return TaskReport.class;
    }

    @Override
    public SpecificRecord newRecord() {
        return new TaskReportRecord();
    }

    @Override
    public SpecificRecord toRecord(TaskReport message) {
        return switch (message) {
            case TaskReport.Started(var task, var attempt, var claimToken, var worker, var lease) ->
                    new TaskReportStartedRecord(
                            task.value(),
                            attempt,
                            claimToken,
                            worker,
                            lease == null ? null : lease.toMillis());
            case TaskReport.Heartbeat(var task, var attempt, var claimToken, var lease) ->
                    new TaskReportHeartbeatRecord(
                            task.value(), attempt, claimToken, lease.toMillis());
            case TaskReport.Succeeded(var task, var attempt, var claimToken, var output) ->
                    new TaskReportSucceededRecord(
                            task.value(), attempt, claimToken, SharedCodec.record(output));
            case TaskReport.Released(var task, var attempt, var claimToken) ->
                    new TaskReportReleasedRecord(task.value(), attempt, claimToken);
            case TaskReport.Failed(
                            var task,
                            var attempt,
                            var claimToken,
                            var failure,
                            var isRetryable) ->
                    new TaskReportFailedRecord(
                            task.value(),
                            attempt,
                            claimToken,
                            SharedCodec.record(failure),
                            isRetryable);
        };
    }

    @Override
    public TaskReport toMessage(Object branch) {
        return switch (branch) {
            case TaskReportStartedRecord started ->
                    new TaskReport.Started(
                            new TaskId(started.getTask()),
                            started.getAttempt(),
                            started.getClaimToken(),
                            started.getWorker(),
                            started.getLeaseMs() == null
                                    ? null
                                    : Duration.ofMillis(started.getLeaseMs()));
            case TaskReportHeartbeatRecord heartbeat ->
                    new TaskReport.Heartbeat(
                            new TaskId(heartbeat.getTask()),
                            heartbeat.getAttempt(),
                            heartbeat.getClaimToken(),
                            Duration.ofMillis(heartbeat.getLeaseMs()));
            case TaskReportSucceededRecord succeeded ->
                    new TaskReport.Succeeded(
                            new TaskId(succeeded.getTask()),
                            succeeded.getAttempt(),
                            succeeded.getClaimToken(),
                            SharedCodec.content(succeeded.getOutput()));
            case TaskReportReleasedRecord released ->
                    new TaskReport.Released(
                            new TaskId(released.getTask()),
                            released.getAttempt(),
                            released.getClaimToken());
            case TaskReportFailedRecord failed ->
                    new TaskReport.Failed(
                            new TaskId(failed.getTask()),
                            failed.getAttempt(),
                            failed.getClaimToken(),
                            SharedCodec.failure(failed.getFailure()),
                            failed.getRetryable());
            default -> throw PayloadCodec.foreign(branch);
        };
    }
}
