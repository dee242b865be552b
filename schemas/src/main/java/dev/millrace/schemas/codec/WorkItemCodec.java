package dev.millrace.schemas.codec;

import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.WorkItem;
import dev.millrace.schemas.record.WorkItemRecord;
import dev.millrace.schemas.record.WorkRecord;
import org.apache.avro.specific.SpecificRecord;

/// `work-item.avsc`.
final class WorkItemCodec implements PayloadCodec<WorkItem> {

    @Override
    public Class<WorkItem> vocabulary() {
        return WorkItem.class;
    }

    @Override
    public SpecificRecord newRecord() {
        return new WorkRecord();
    }

    @Override
    public SpecificRecord toRecord(WorkItem message) {
        return new WorkItemRecord(
                message.task().value(),
                message.attempt(),
                message.kind(),
                SharedCodec.record(message.input()),
                SharedCodec.record(message.terms()),
                message.claimToken(),
                SharedCodec.records(message.dependencies()),
                message.dependencies().isComplete());
    }

    @Override
    public WorkItem toMessage(Object branch) {
        return switch (branch) {
            case WorkItemRecord item ->
                    new WorkItem(
                            new TaskId(item.getTask()),
                            item.getAttempt(),
                            item.getKind(),
                            SharedCodec.content(item.getInput()),
                            SharedCodec.terms(item.getTerms()),
                            item.getClaimToken(),
                            SharedCodec.dependencies(
                                    item.getDependencies(), item.getDependenciesComplete()));
            default -> throw PayloadCodec.foreign(branch);
        };
    }
}
