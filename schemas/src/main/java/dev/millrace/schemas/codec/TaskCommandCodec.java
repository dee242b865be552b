package dev.millrace.schemas.codec;

import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskId;
import dev.millrace.schemas.record.TaskCancelRecord;
import dev.millrace.schemas.record.TaskCommandRecord;
import dev.millrace.schemas.record.TaskSubmitRecord;
import dev.millrace.schemas.record.TaskWakeRecord;
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
            case TaskCommand.Submit(var task, var kind, var input, var inputDigest, var terms) ->
                    new TaskSubmitRecord(
                            task.value(),
                            kind,
                            SharedCodec.record(input),
                            SharedCodec.record(inputDigest),
                            SharedCodec.record(terms));
            case TaskCommand.Cancel(var task, var why) -> new TaskCancelRecord(task.value(), why);
            case TaskCommand.Wake(var task, var due) -> new TaskWakeRecord(task.value(), due);
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
                            SharedCodec.digest(submit.getInputDigest()),
                            SharedCodec.terms(submit.getTerms()));
            case TaskCancelRecord cancel ->
                    new TaskCommand.Cancel(new TaskId(cancel.getTask()), cancel.getWhy());
            case TaskWakeRecord wake ->
                    new TaskCommand.Wake(new TaskId(wake.getTask()), wake.getDue());
            default -> throw PayloadCodec.foreign(branch);
        };
    }
}
