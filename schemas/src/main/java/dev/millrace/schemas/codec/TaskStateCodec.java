package dev.millrace.schemas.codec;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.task.Pending;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.TaskState.Open;
import dev.millrace.domain.task.TaskState.Owner;
import dev.millrace.domain.task.Terms;
import dev.millrace.schemas.record.TaskOpenRecord;
import dev.millrace.schemas.record.TaskOwnerRecord;
import dev.millrace.schemas.record.TaskStateRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.Encoder;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.jspecify.annotations.Nullable;

/// `task-state.avsc`.
public final class TaskStateCodec implements RecordCodec<TaskState> {

    private final Schema generated = TaskStateRecord.getClassSchema();
    private final Schema schema = WireSchemas.withoutJavaHints(generated);
    private final GeneratedRecords data = new GeneratedRecords(generated);
    private final SpecificDatumWriter<TaskStateRecord> writer =
            new SpecificDatumWriter<>(generated, data);

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public void write(TaskState state, Encoder out) throws IOException {
        writer.write(record(state), out);
    }

    @Override
    public Reader<TaskState> reader(Schema written) {
        RecordCodec.requireSameRecord(written, schema);
        var reader = new SpecificDatumReader<TaskStateRecord>(written, generated, data);
        return (bytes, offset, end) -> {
            var in = DecoderFactory.get().binaryDecoder(bytes, offset, end - offset, null);
            var record = reader.read(null, in);
            RecordCodec.requireEnd(in);
            return state(record);
        };
    }

    private static TaskStateRecord record(TaskState state) {
        var inputDigest = state.inputDigest();
        return new TaskStateRecord(
                state.task().value(),
                state.version(),
                state.stage().wireName(),
                state.kind(),
                inputDigest == null ? null : SharedCodec.record(inputDigest),
                state.attempt(),
                owner(state.owner()),
                open(state.open()),
                SharedCodec.recordOrNull(state.output()));
    }

    private static TaskState state(TaskStateRecord record) {
        var inputDigest = record.getInputDigest();
        var stage = TaskState.Stage.valueOf(record.getStage().toUpperCase(Locale.ROOT));
        boolean isOpen = stage != TaskState.Stage.ABSENT && !stage.isEnded();
        return new TaskState(
                new TaskId(record.getTask()),
                record.getVersion(),
                stage,
                record.getKind(),
                inputDigest == null ? null : SharedCodec.digest(inputDigest),
                record.getAttempt(),
                owner(record.getOwner()),
                isOpen ? open(record.getOpen()) : null,
                SharedCodec.contentOrNull(record.getOutput()));
    }

    private static @Nullable TaskOwnerRecord owner(@Nullable Owner owner) {
        return owner == null
                ? null
                : new TaskOwnerRecord(
                        owner.tenant(),
                        owner.subject(),
                        SharedCodec.record(owner.labels()),
                        owner.correlation());
    }

    private static @Nullable Owner owner(@Nullable TaskOwnerRecord record) {
        return record == null
                ? null
                : new Owner(
                        record.getTenant(),
                        record.getSubject(),
                        SharedCodec.labels(record.getLabels()),
                        record.getCorrelation());
    }

    private static @Nullable TaskOpenRecord open(@Nullable Open open) {
        return open == null
                ? null
                : new TaskOpenRecord(
                        SharedCodec.record(open.input()),
                        SharedCodec.record(open.terms()),
                        open.due(),
                        open.leaseEnds(),
                        open.worker(),
                        open.again(),
                        open.repeats(),
                        open.endsBy(),
                        pending(open.pending()),
                        open.dependencies());
    }

    /// @param record null in rows of a version that had neither retries nor timers, and therefore
    ///   no use for it
    private static Open open(@Nullable TaskOpenRecord record) {
        return record == null
                ? new Open(
                        new Content.Inline("{}"),
                        Terms.DEFAULT,
                        null,
                        null,
                        null,
                        null,
                        0,
                        null,
                        null,
                        0)
                : new Open(
                        SharedCodec.content(record.getInput()),
                        SharedCodec.terms(record.getTerms()),
                        record.getDue(),
                        record.getLeaseEnds(),
                        record.getWorker(),
                        record.getAgain(),
                        record.getRepeats(),
                        record.getEndsBy(),
                        pending(record.getPending()),
                        record.getDependencies());
    }

    private static @Nullable ByteBuffer pending(@Nullable Pending pending) {
        return pending == null ? null : ByteBuffer.wrap(pending.toBytes());
    }

    private static @Nullable Pending pending(@Nullable ByteBuffer bytes) {
        if (bytes == null) {
            return null;
        }
        var content = new byte[bytes.remaining()];
        bytes.duplicate().get(content);
        return Pending.of(content);
    }
}
