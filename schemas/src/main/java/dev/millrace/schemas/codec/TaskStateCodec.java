package dev.millrace.schemas.codec;

import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState;
import dev.millrace.schemas.record.TaskStateRecord;
import java.io.IOException;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.Encoder;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;

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
                state.stage().name().toLowerCase(Locale.ROOT),
                state.kind(),
                inputDigest == null ? null : SharedCodec.record(inputDigest),
                state.attempt());
    }

    private static TaskState state(TaskStateRecord record) {
        var inputDigest = record.getInputDigest();
        return new TaskState(
                new TaskId(record.getTask()),
                record.getVersion(),
                TaskState.Stage.valueOf(record.getStage().toUpperCase(Locale.ROOT)),
                record.getKind(),
                inputDigest == null ? null : SharedCodec.digest(inputDigest),
                record.getAttempt());
    }
}
