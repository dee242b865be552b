package dev.millrace.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.task.UncheckedRequest;
import dev.millrace.schemas.SampleEnvelopes;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.topic.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class TaskRequestsTest {

    private final InMemorySchemaStore store = new InMemorySchemaStore();
    private final EventSerdes serdes = new EventSerdes(store);

    @Test
    void aProgramMayKnowOnlyTheFieldsThatItNeeds() throws Exception {
        var schema =
                new Schema.Parser()
                        .parse(
                                """
                                {"type": "record", "name": "TaskRequestRecord",
                                 "namespace": "dev.millrace.schemas.record",
                                 "fields": [{"name": "kind", "type": "string"},
                                            {"name": "input", "type": "string"},
                                            {"name": "key", "type": "string"}]}
                                """);
        var record =
                new GenericRecordBuilder(schema)
                        .set("kind", "echo")
                        .set("input", "{}")
                        .set("key", "order-1")
                        .build();

        assertThat(read(wire(schema, record)))
                .isEqualTo(
                        new UncheckedRequest(
                                "order-1", "default", "echo", "{}", null, null, "normal", null,
                                null, null, List.of(), "fail", null));
    }

    @Test
    void anotherRecordIsRefusedThoughItLooksAlike() throws Exception {
        var schema =
                new Schema.Parser()
                        .parse(
                                Objects.requireNonNull(
                                                serdes.writerSchemas()
                                                        .get(Topics.TASK_REQUESTS_SUBJECT))
                                        .toString()
                                        .replace("TaskRequestRecord", "OtherRecord"));
        var record =
                new GenericRecordBuilder(schema)
                        .set("kind", "echo")
                        .set("input", "{}")
                        .set("key", "order-1")
                        .build();
        var wire = wire(schema, record);

        assertThatThrownBy(() -> read(wire))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("OtherRecord");
    }

    @Test
    void anEnvelopeIsNoRequest() {
        var command = new SampleEnvelopes(1).each(Topics.TASK_COMMANDS).getFirst();
        var wire =
                serdes.of(Topics.TASK_COMMANDS)
                        .serializer()
                        .serialize(Topics.TASK_COMMANDS.name(), command);

        assertThatThrownBy(() -> read(wire)).isInstanceOf(SerializationException.class);
    }

    private UncheckedRequest read(byte[] wire) {
        return serdes.taskRequests().deserializer().deserialize(Topics.TASK_REQUESTS, wire);
    }

    private byte[] wire(Schema schema, GenericRecord record) throws Exception {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(WireFormat.prefix(store.register("theirs", schema)));
        write(schema, record, bytes);
        return bytes.toByteArray();
    }

    private static void write(Schema schema, GenericRecord record, ByteArrayOutputStream into)
            throws IOException {
        var encoder = EncoderFactory.get().binaryEncoder(into, null);
        new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
        encoder.flush();
    }
}
