package dev.millrace.schemas.codec;

import dev.millrace.domain.task.UncheckedRequest;
import dev.millrace.domain.task.UncheckedRequest.UncheckedLabels;
import dev.millrace.schemas.record.LabelsRecord;
import dev.millrace.schemas.record.TaskRequestRecord;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.Encoder;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.jspecify.annotations.Nullable;

/// `task-request.avsc`, which foreign programs write.
public final class TaskRequestCodec implements RecordCodec<UncheckedRequest> {

    private final Schema generated = TaskRequestRecord.getClassSchema();
    private final Schema schema = WireSchemas.withoutJavaHints(generated);
    private final GeneratedRecords data = new GeneratedRecords(generated);
    private final SpecificDatumWriter<TaskRequestRecord> writer =
            new SpecificDatumWriter<>(generated, data);

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public void write(UncheckedRequest request, Encoder out) throws IOException {
        writer.write(record(request), out);
    }

    @Override
    public Reader<UncheckedRequest> reader(Schema written) {
        RecordCodec.requireSameRecord(written, schema);
        var reader = new SpecificDatumReader<TaskRequestRecord>(written, generated, data);
        return (bytes, offset, end) -> {
            var in = DecoderFactory.get().binaryDecoder(bytes, offset, end - offset, null);
            var record = reader.read(null, in);
            RecordCodec.requireEnd(in);
            return request(record);
        };
    }

    private static TaskRequestRecord record(UncheckedRequest request) {
        return new TaskRequestRecord(
                request.key(),
                request.tenant(),
                request.kind(),
                request.input(),
                request.subject(),
                labels(request.labels()),
                request.priority(),
                request.notBefore(),
                request.deadline(),
                request.maxAttempts(),
                request.after(),
                request.onFailedDependency(),
                request.parent());
    }

    private static UncheckedRequest request(TaskRequestRecord record) {
        return new UncheckedRequest(
                record.getKey(),
                record.getTenant(),
                record.getKind(),
                record.getInput(),
                record.getSubject(),
                labels(record.getLabels()),
                record.getPriority(),
                record.getNotBefore(),
                record.getDeadline(),
                record.getMaxAttempts(),
                record.getAfter(),
                record.getOnFailedDependency(),
                record.getParent());
    }

    private static @Nullable LabelsRecord labels(@Nullable UncheckedLabels labels) {
        return labels == null ? null : new LabelsRecord(labels.sensitivity(), labels.tags());
    }

    private static @Nullable UncheckedLabels labels(@Nullable LabelsRecord record) {
        return record == null
                ? null
                : new UncheckedLabels(record.getSensitivity(), record.getTags());
    }
}
