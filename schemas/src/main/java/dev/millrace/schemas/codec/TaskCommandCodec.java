package dev.millrace.schemas.codec;

import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskId;
import dev.millrace.schemas.record.TaskCommandRecord;
import dev.millrace.schemas.record.TaskSubmitRecord;
import org.apache.avro.specific.SpecificRecord;

/// `task-command.avsc`.
final class TaskCommandCodec implements PayloadCodec<TaskCommand> {

    @Override
    public Class<TaskCommand> vocabulary() {
        return TaskCommand.class;
    }

    @Override
    public SpecificRecord newRecord() {
        return new TaskCommandRecord();
    }

    @Override
    public SpecificRecord toRecord(TaskCommand message) {
        return switch (message) {
            case TaskCommand.Submit(var task, var kind, var input, var inputDigest) ->
                    new TaskSubmitRecord(
                            task.value(),
                            kind,
                            SharedCodec.record(input),
                            SharedCodec.record(inputDigest));
        };
    }

    @Override
    public TaskCommand toMessage(Object branch) {
        return switch (branch) {
            case TaskSubmitRecord submit ->
                    new TaskCommand.Submit(
                            new TaskId(submit.getTask()),
                            submit.getKind(),
                            SharedCodec.content(submit.getInput()),
                            SharedCodec.digest(submit.getInputDigest()));
            default -> throw PayloadCodec.foreign(branch);
        };
    }
}
