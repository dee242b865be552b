package dev.millrace.schemas.codec;

import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskResult;
import dev.millrace.schemas.record.TaskOutputRecord;
import dev.millrace.schemas.record.TaskResultRecord;
import org.apache.avro.specific.SpecificRecord;

/// `task-result.avsc`.
final class TaskResultCodec implements PayloadCodec<TaskResult> {

    @Override
    public Class<TaskResult> vocabulary() {
        return TaskResult.class;
    }

    @Override
    public SpecificRecord newRecord() {
        return new TaskResultRecord();
    }

    @Override
    public SpecificRecord toRecord(TaskResult message) {
        return new TaskOutputRecord(
                message.task().value(), message.attempt(), SharedCodec.record(message.output()));
    }

    @Override
    public TaskResult toMessage(Object branch) {
        return switch (branch) {
            case TaskOutputRecord output ->
                    new TaskResult(
                            new TaskId(output.getTask()),
                            output.getAttempt(),
                            SharedCodec.content(output.getOutput()));
            default -> throw PayloadCodec.foreign(branch);
        };
    }
}
