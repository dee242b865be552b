package dev.millrace.schemas.codec;

import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.schemas.record.TaskReportFailedRecord;
import dev.millrace.schemas.record.TaskReportRecord;
import dev.millrace.schemas.record.TaskReportStartedRecord;
import dev.millrace.schemas.record.TaskReportSucceededRecord;
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
            case TaskReport.Started(var task, var attempt, var claimToken, var worker) ->
                    new TaskReportStartedRecord(task.value(), attempt, claimToken, worker);
            case TaskReport.Succeeded(var task, var attempt, var claimToken, var output) ->
                    new TaskReportSucceededRecord(
                            task.value(), attempt, claimToken, SharedCodec.record(output));
            case TaskReport.Failed(var task, var attempt, var claimToken, var failure) ->
                    new TaskReportFailedRecord(
                            task.value(), attempt, claimToken, SharedCodec.record(failure));
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
                            started.getWorker());
            case TaskReportSucceededRecord succeeded ->
                    new TaskReport.Succeeded(
                            new TaskId(succeeded.getTask()),
                            succeeded.getAttempt(),
                            succeeded.getClaimToken(),
                            SharedCodec.content(succeeded.getOutput()));
            case TaskReportFailedRecord failed ->
                    new TaskReport.Failed(
                            new TaskId(failed.getTask()),
                            failed.getAttempt(),
                            failed.getClaimToken(),
                            SharedCodec.failure(failed.getFailure()));
            default -> throw PayloadCodec.foreign(branch);
        };
    }
}
