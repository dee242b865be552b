package dev.millrace.schemas.codec;

import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskProgress;
import dev.millrace.schemas.record.TaskProgressRecord;
import dev.millrace.schemas.record.TaskProgressedRecord;
import org.apache.avro.specific.SpecificRecord;

/// `task-progress.avsc`.
final class TaskProgressCodec implements PayloadCodec<TaskProgress> {

    @Override
    public Class<TaskProgress> vocabulary() {
        return TaskProgress.class;
    }

    @Override
    public SpecificRecord newRecord() {
        return new TaskProgressRecord();
    }

    @Override
    public SpecificRecord toRecord(TaskProgress message) {
        return new TaskProgressedRecord(
                message.task().value(), message.attempt(), message.fraction(), message.note());
    }

    @Override
    public TaskProgress toMessage(Object branch) {
        return switch (branch) {
            case TaskProgressedRecord progressed ->
                    new TaskProgress(
                            new TaskId(progressed.getTask()),
                            progressed.getAttempt(),
                            progressed.getFraction(),
                            progressed.getNote());
            default -> throw PayloadCodec.foreign(branch);
        };
    }
}
