package dev.millrace.schemas.codec;

import dev.millrace.domain.kind.TaskKind;
import dev.millrace.domain.kind.TaskKindEvent;
import dev.millrace.domain.task.Retries;
import dev.millrace.schemas.record.TaskKindEventRecord;
import dev.millrace.schemas.record.TaskKindRegisteredRecord;
import dev.millrace.schemas.record.TaskKindRetiredRecord;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;

/// `task-kind-event.avsc`.
final class TaskKindEventCodec implements PayloadCodec<TaskKindEvent> {

    @Override
    public Class<TaskKindEvent> vocabulary() {
        return TaskKindEvent.class;
    }

    @Override
    public SpecificRecord newRecord() {
        return new TaskKindEventRecord();
    }

    @Override
    public SpecificRecord toRecord(TaskKindEvent message) {
        return switch (message) {
            case TaskKindEvent.Registered(var kind) -> record(kind);
            case TaskKindEvent.Retired(var name, var why) -> new TaskKindRetiredRecord(name, why);
        };
    }

    @Override
    public TaskKindEvent toMessage(Object branch) {
        return switch (branch) {
            case TaskKindRegisteredRecord registered ->
                    new TaskKindEvent.Registered(kind(registered));
            case TaskKindRetiredRecord retired ->
                    new TaskKindEvent.Retired(retired.getName(), retired.getWhy());
            default -> throw PayloadCodec.foreign(branch);
        };
    }

    private static TaskKindRegisteredRecord record(TaskKind kind) {
        var retries = kind.retries();
        var timeout = kind.timeout();
        return new TaskKindRegisteredRecord(
                kind.name(),
                kind.version(),
                kind.description(),
                kind.inputSchema(),
                kind.outputSchema(),
                retries.mostAttempts(),
                retries.first().toMillis(),
                retries.longest().toMillis(),
                sorted(retries.finalCodes()),
                kind.lease().toMillis(),
                timeout == null ? null : timeout.toMillis(),
                sorted(kind.submitters()),
                sorted(kind.workers()));
    }

    private static TaskKind kind(TaskKindRegisteredRecord record) {
        var timeout = record.getTimeoutMs();
        return new TaskKind(
                record.getName(),
                record.getVersion(),
                record.getDescription(),
                record.getInputSchema(),
                record.getOutputSchema(),
                new Retries(
                        record.getMaxAttempts(),
                        Duration.ofMillis(record.getFirstWaitMs()),
                        Duration.ofMillis(record.getLongestWaitMs()),
                        Set.copyOf(record.getFinalCodes())),
                Duration.ofMillis(record.getLeaseMs()),
                timeout == null ? null : Duration.ofMillis(timeout),
                Set.copyOf(record.getSubmitters()),
                Set.copyOf(record.getWorkers()));
    }

    private static List<String> sorted(Set<String> names) {
        return names.stream().sorted().toList();
    }
}
