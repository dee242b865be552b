package dev.millrace.schemas.codec;

import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskSignal;
import dev.millrace.schemas.record.TaskGrantedRecord;
import dev.millrace.schemas.record.TaskSignalRecord;
import dev.millrace.schemas.record.TaskWithdrawnRecord;
import org.apache.avro.specific.SpecificRecord;

/// `task-signal.avsc`.
final class TaskSignalCodec implements PayloadCodec<TaskSignal> {

    @Override
    public Class<TaskSignal> vocabulary() {
        return TaskSignal.class;
    }

    @Override
    public SpecificRecord newRecord() {
        return new TaskSignalRecord();
    }

    @Override
    public SpecificRecord toRecord(TaskSignal message) {
        return switch (message) {
            case TaskSignal.Granted(var task, var attempt, var worker) ->
                    new TaskGrantedRecord(task.value(), attempt, worker);
            case TaskSignal.Withdrawn(var task, var attempt, var worker, var why) ->
                    new TaskWithdrawnRecord(task.value(), attempt, worker, why);
        };
    }

    @Override
    public TaskSignal toMessage(Object branch) {
        return switch (branch) {
            case TaskGrantedRecord granted ->
                    new TaskSignal.Granted(
                            new TaskId(granted.getTask()),
                            granted.getAttempt(),
                            granted.getWorker());
            case TaskWithdrawnRecord withdrawn ->
                    new TaskSignal.Withdrawn(
                            new TaskId(withdrawn.getTask()),
                            withdrawn.getAttempt(),
                            withdrawn.getWorker(),
                            withdrawn.getWhy());
            default -> throw PayloadCodec.foreign(branch);
        };
    }
}
