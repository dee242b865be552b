package dev.millrace.schemas.codec;

import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.schemas.record.TaskAttemptFailedRecord;
import dev.millrace.schemas.record.TaskCancelledRecord;
import dev.millrace.schemas.record.TaskDependencyEndedRecord;
import dev.millrace.schemas.record.TaskEventRecord;
import dev.millrace.schemas.record.TaskExpiredRecord;
import dev.millrace.schemas.record.TaskFailedRecord;
import dev.millrace.schemas.record.TaskLeaseExtendedRecord;
import dev.millrace.schemas.record.TaskQueuedRecord;
import dev.millrace.schemas.record.TaskRefusedRecord;
import dev.millrace.schemas.record.TaskStartedRecord;
import dev.millrace.schemas.record.TaskSubmittedRecord;
import dev.millrace.schemas.record.TaskSucceededRecord;
import dev.millrace.schemas.record.TaskWatchedRecord;
import org.apache.avro.specific.SpecificRecord;

/// `task-event.avsc`.
final class TaskEventCodec implements PayloadCodec<TaskEvent> {

    @Override
    public Class<TaskEvent> vocabulary() {
        return TaskEvent.class;
    }

    @Override
    public SpecificRecord newRecord() {
        return new TaskEventRecord();
    }

    @Override
    public SpecificRecord toRecord(TaskEvent message) {
        return switch (message) {
            case TaskEvent.Submitted(
                            var task,
                            var version,
                            var kind,
                            var input,
                            var inputDigest,
                            var terms,
                            var due,
                            var again,
                            var after) ->
                    new TaskSubmittedRecord(
                            task.value(),
                            version,
                            kind,
                            SharedCodec.record(input),
                            SharedCodec.record(inputDigest),
                            SharedCodec.record(terms),
                            due,
                            again,
                            SharedCodec.uuids(after));
            case TaskEvent.Watched(var task, var version, var by) ->
                    new TaskWatchedRecord(task.value(), version, by.value());
            case TaskEvent.DependencyEnded(
                            var task,
                            var version,
                            var dependency,
                            var index,
                            var end,
                            var left,
                            var due) ->
                    new TaskDependencyEndedRecord(
                            task.value(),
                            version,
                            dependency.value(),
                            index,
                            end.wireName(),
                            left,
                            due);
            case TaskEvent.Queued(
                            var task,
                            var version,
                            var attempt,
                            var kind,
                            var input,
                            var terms,
                            var again,
                            var dependencies) ->
                    new TaskQueuedRecord(
                            task.value(),
                            version,
                            attempt,
                            kind,
                            SharedCodec.record(input),
                            SharedCodec.record(terms),
                            again,
                            SharedCodec.records(dependencies),
                            dependencies.isComplete());
            case TaskEvent.Started(
                            var task,
                            var version,
                            var attempt,
                            var worker,
                            var leaseEnds,
                            var endsBy) ->
                    new TaskStartedRecord(
                            task.value(), version, attempt, worker, leaseEnds, endsBy);
            case TaskEvent.LeaseExtended(var task, var version, var attempt, var leaseEnds) ->
                    new TaskLeaseExtendedRecord(task.value(), version, attempt, leaseEnds);
            case TaskEvent.AttemptFailed(
                            var task,
                            var version,
                            var attempt,
                            var failure,
                            var retryAt) ->
                    new TaskAttemptFailedRecord(
                            task.value(), version, attempt, SharedCodec.record(failure), retryAt);
            case TaskEvent.Cancelled(var task, var version, var attempt, var why) ->
                    new TaskCancelledRecord(task.value(), version, attempt, why);
            case TaskEvent.Expired(var task, var version, var attempt, var deadline) ->
                    new TaskExpiredRecord(task.value(), version, attempt, deadline);
            case TaskEvent.Succeeded(var task, var version, var attempt, var output) ->
                    new TaskSucceededRecord(
                            task.value(), version, attempt, SharedCodec.record(output));
            case TaskEvent.Failed(var task, var version, var attempt, var failure) ->
                    new TaskFailedRecord(
                            task.value(), version, attempt, SharedCodec.record(failure));
            case TaskEvent.Refused(var task, var version, var refused, var reason, var detail) ->
                    new TaskRefusedRecord(
                            task.value(), version, refused, reason.wireName(), detail);
        };
    }

    @Override
    public TaskEvent toMessage(Object branch) {
        return switch (branch) {
            case TaskSubmittedRecord submitted ->
                    new TaskEvent.Submitted(
                            new TaskId(submitted.getTask()),
                            submitted.getVersion(),
                            submitted.getKind(),
                            SharedCodec.content(submitted.getInput()),
                            SharedCodec.digest(submitted.getInputDigest()),
                            SharedCodec.terms(submitted.getTerms()),
                            submitted.getDue(),
                            submitted.getAgain(),
                            SharedCodec.tasks(submitted.getAfter()));
            case TaskWatchedRecord watched ->
                    new TaskEvent.Watched(
                            new TaskId(watched.getTask()),
                            watched.getVersion(),
                            new TaskId(watched.getBy()));
            case TaskDependencyEndedRecord ended ->
                    new TaskEvent.DependencyEnded(
                            new TaskId(ended.getTask()),
                            ended.getVersion(),
                            new TaskId(ended.getDependency()),
                            ended.getIndex(),
                            SharedCodec.stage(ended.getEnd()),
                            ended.getLeft(),
                            ended.getDue());
            case TaskQueuedRecord queued ->
                    new TaskEvent.Queued(
                            new TaskId(queued.getTask()),
                            queued.getVersion(),
                            queued.getAttempt(),
                            queued.getKind(),
                            SharedCodec.content(queued.getInput()),
                            SharedCodec.terms(queued.getTerms()),
                            queued.getAgain(),
                            SharedCodec.dependencies(
                                    queued.getDependencies(), queued.getDependenciesComplete()));
            case TaskLeaseExtendedRecord extended ->
                    new TaskEvent.LeaseExtended(
                            new TaskId(extended.getTask()),
                            extended.getVersion(),
                            extended.getAttempt(),
                            extended.getLeaseEnds());
            case TaskAttemptFailedRecord failed ->
                    new TaskEvent.AttemptFailed(
                            new TaskId(failed.getTask()),
                            failed.getVersion(),
                            failed.getAttempt(),
                            SharedCodec.failure(failed.getFailure()),
                            failed.getRetryAt());
            case TaskCancelledRecord cancelled ->
                    new TaskEvent.Cancelled(
                            new TaskId(cancelled.getTask()),
                            cancelled.getVersion(),
                            cancelled.getAttempt(),
                            cancelled.getWhy());
            case TaskExpiredRecord expired ->
                    new TaskEvent.Expired(
                            new TaskId(expired.getTask()),
                            expired.getVersion(),
                            expired.getAttempt(),
                            expired.getDeadline());
            case TaskStartedRecord started ->
                    new TaskEvent.Started(
                            new TaskId(started.getTask()),
                            started.getVersion(),
                            started.getAttempt(),
                            started.getWorker(),
                            started.getLeaseEnds(),
                            started.getEndsBy());
            case TaskSucceededRecord succeeded ->
                    new TaskEvent.Succeeded(
                            new TaskId(succeeded.getTask()),
                            succeeded.getVersion(),
                            succeeded.getAttempt(),
                            SharedCodec.content(succeeded.getOutput()));
            case TaskFailedRecord failed ->
                    new TaskEvent.Failed(
                            new TaskId(failed.getTask()),
                            failed.getVersion(),
                            failed.getAttempt(),
                            SharedCodec.failure(failed.getFailure()));
            case TaskRefusedRecord refused ->
                    new TaskEvent.Refused(
                            new TaskId(refused.getTask()),
                            refused.getVersion(),
                            refused.getRefused(),
                            TaskEvent.Reason.ofWireName(refused.getReason()),
                            refused.getDetail());
            default -> throw PayloadCodec.foreign(branch);
        };
    }
}
