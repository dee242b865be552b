package dev.millrace.schemas.codec;

import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskId;
import dev.millrace.schemas.record.TaskCancelRecord;
import dev.millrace.schemas.record.TaskCommandRecord;
import dev.millrace.schemas.record.TaskSettleRecord;
import dev.millrace.schemas.record.TaskSubmitRecord;
import dev.millrace.schemas.record.TaskWakeRecord;
import dev.millrace.schemas.record.TaskWatchRecord;
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
            case TaskCommand.Submit(
                            var task,
                            var kind,
                            var input,
                            var inputDigest,
                            var terms,
                            var after) ->
                    new TaskSubmitRecord(
                            task.value(),
                            kind,
                            SharedCodec.record(input),
                            SharedCodec.record(inputDigest),
                            SharedCodec.record(terms),
                            SharedCodec.uuids(after));
            case TaskCommand.Cancel(var task, var why) -> new TaskCancelRecord(task.value(), why);
            case TaskCommand.Watch(var task, var by, var index) ->
                    new TaskWatchRecord(task.value(), by.value(), index);
            case TaskCommand.Settle(var task, var dependency, var index, var end, var output) ->
                    new TaskSettleRecord(
                            task.value(),
                            dependency.value(),
                            index,
                            end.wireName(),
                            SharedCodec.recordOrNull(output));
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
                            SharedCodec.terms(submit.getTerms()),
                            SharedCodec.tasks(submit.getAfter()));
            case TaskCancelRecord cancel ->
                    new TaskCommand.Cancel(new TaskId(cancel.getTask()), cancel.getWhy());
            case TaskWatchRecord watch ->
                    new TaskCommand.Watch(
                            new TaskId(watch.getTask()),
                            new TaskId(watch.getBy()),
                            watch.getIndex());
            case TaskSettleRecord settle ->
                    new TaskCommand.Settle(
                            new TaskId(settle.getTask()),
                            new TaskId(settle.getDependency()),
                            settle.getIndex(),
                            SharedCodec.stage(settle.getEnd()),
                            SharedCodec.contentOrNull(settle.getOutput()));
            case TaskWakeRecord wake ->
                    new TaskCommand.Wake(new TaskId(wake.getTask()), wake.getDue());
            default -> throw PayloadCodec.foreign(branch);
        };
    }
}
