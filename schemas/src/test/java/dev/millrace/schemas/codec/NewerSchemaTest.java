package dev.millrace.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Payload;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.schemas.SampleEnvelopes;
import dev.millrace.schemas.topic.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.UnaryOperator;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

/// What this version makes of records that a later one wrote.
class NewerSchemaTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAMESPACE = "dev.millrace.schemas.record.";

    private final EventCodec<TaskEvent> codec = new EventCodecs().of(TaskEvent.class);
    private final Schema newer = newer(codec.schema());

    @Test
    void recordsWhoseBranchWeKnowReadAsThoughWeHadWrittenThem() throws IOException {
        for (long seed = 0; seed < 100; seed++) {
            for (var envelope : new SampleEnvelopes(seed).each(Topics.TASK_EVENTS)) {
                var bytes = asNewer(envelope, UnaryOperator.identity());

                assertThat(read(bytes)).as("seed %d", seed).isEqualTo(envelope);
            }
        }
    }

    @Test
    void aBranchThatOnlyLooksLikeOneOfOursIsUnknown() throws IOException {
        for (long seed = 0; seed < 100; seed++) {
            var envelope = sample(seed, TaskEvent.Started.class);
            var bytes =
                    asNewer(envelope, started -> renamed(started, NAMESPACE + "TaskPausedRecord"));

            assertThat(read(bytes)).as("seed %d", seed).isEqualTo(unknown(envelope, "TaskPaused"));
        }
    }

    @Test
    void aKnownBranchWithAPartWeLackIsUnknown() throws IOException {
        var envelope = sample(7, TaskEvent.Submitted.class);
        var bytes =
                asNewer(
                        envelope,
                        submitted -> {
                            submitted.put("input", remoteContent(submitted));
                            return submitted;
                        });

        assertThat(read(bytes)).isEqualTo(unknown(envelope, "TaskSubmitted"));
    }

    @Test
    void onlySchemasWithBranchesWeLackAreReadTwice() {
        assertThat(Branches.mayLack(newer, codec.schema())).isTrue();
        assertThat(Branches.mayLack(codec.schema(), newer)).isFalse();
        assertThat(Branches.mayLack(codec.schema(), codec.schema())).isFalse();
    }

    private Envelope<TaskEvent> read(byte[] bytes) throws IOException {
        return codec.reader(newer).read(bytes, 0, bytes.length);
    }

    private Envelope<TaskEvent> unknown(Envelope<TaskEvent> envelope, String branch) {
        var payload =
                new Payload.Unknown<TaskEvent>(
                        NAMESPACE + branch + "Record", WireSchemas.fingerprint(newer));
        return new Envelope<>(
                envelope.id(),
                envelope.type(),
                envelope.time(),
                envelope.tenant(),
                envelope.subject(),
                envelope.labels(),
                envelope.actor(),
                envelope.site(),
                envelope.causation(),
                envelope.correlation(),
                envelope.trace(),
                payload);
    }

    private static Envelope<TaskEvent> sample(long seed, Class<? extends TaskEvent> kind) {
        return new SampleEnvelopes(seed)
                .each(Topics.TASK_EVENTS).stream()
                        .filter(envelope -> kind.isInstance(envelope.messageOrNull()))
                        .findFirst()
                        .orElseThrow();
    }

    /// The bytes a newer version would have written.
    private byte[] asNewer(Envelope<TaskEvent> envelope, UnaryOperator<GenericRecord> payload)
            throws IOException {
        var ours = new ByteArrayOutputStream();
        var out = EncoderFactory.get().binaryEncoder(ours, null);
        codec.write(envelope, out);
        out.flush();
        var in = DecoderFactory.get().binaryDecoder(ours.toByteArray(), null);
        var record = new GenericDatumReader<GenericRecord>(codec.schema(), newer).read(null, in);
        record.put("payload", payload.apply((GenericRecord) record.get("payload")));
        var theirs = new ByteArrayOutputStream();
        var again = EncoderFactory.get().binaryEncoder(theirs, null);
        new GenericDatumWriter<GenericRecord>(newer).write(record, again);
        again.flush();
        return theirs.toByteArray();
    }

    private GenericRecord renamed(GenericRecord record, String branch) {
        var renamed = new GenericData.Record(named(newer.getField("payload").schema(), branch));
        for (var field : renamed.getSchema().getFields()) {
            renamed.put(field.name(), record.get(field.name()));
        }
        return renamed;
    }

    private static GenericRecord remoteContent(GenericRecord submitted) {
        var union = submitted.getSchema().getField("input").schema();
        var remote = new GenericData.Record(named(union, NAMESPACE + "ContentRemoteRecord"));
        remote.put("digest", submitted.get("input_digest"));
        remote.put("size", 5L);
        remote.put("site", "elsewhere");
        return remote;
    }

    private static Schema named(Schema union, String name) {
        return union.getTypes().stream()
                .filter(branch -> branch.getFullName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /// Ours with a field more in the envelope and in a branch, a branch more in the payload with
    /// the same fields as `TaskStartedRecord`, and a branch more in a submission's input.
    private static Schema newer(Schema ours) {
        try {
            var schema = (ObjectNode) JSON.readTree(ours.toString());
            var fields = (ArrayNode) schema.get("fields");
            var payload = (ArrayNode) fields.get(fields.size() - 1).get("type");
            fields.insert(2, field("priority", "string").put("default", "normal"));
            var submitted = (ArrayNode) payload.get(0).get("fields");
            var input = (ArrayNode) submitted.get(3).get("type");
            var remote = record("ContentRemoteRecord");
            remote.withArray("fields")
                    .add(field("digest", "Sha256"))
                    .add(field("size", "long"))
                    .add(field("site", "string"));
            input.add(remote);
            var started = (ObjectNode) payload.get(1);
            var paused = started.deepCopy().put("name", "TaskPausedRecord");
            started.withArray("fields").add(field("device", "string").put("default", "cpu"));
            payload.add(paused);
            return new Schema.Parser().parse(schema.toString());
        } catch (JsonProcessingException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static ObjectNode record(String name) {
        return JSON.createObjectNode().put("type", "record").put("name", name);
    }

    private static ObjectNode field(String name, String type) {
        return JSON.createObjectNode().put("name", name).put("type", type);
    }
}
