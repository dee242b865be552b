package dev.millrace.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.domain.document.ChunkId;
import dev.millrace.domain.document.DocumentId;
import dev.millrace.domain.document.Embedding;
import dev.millrace.domain.document.IndexReport;
import dev.millrace.domain.document.Passage;
import dev.millrace.domain.event.Bytes;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.event.Payload;
import dev.millrace.domain.search.Model;
import dev.millrace.domain.search.Vector;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.domain.task.Terms;
import dev.millrace.domain.view.Position;
import dev.millrace.schemas.SampleEnvelopes;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.registry.SchemaRejected;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class PayloadJsonTest {

    private static final UUID ID = new UUID(0, 7);
    private static final Digest DIGEST = Digest.of("text");

    private final InMemorySchemaStore store = new InMemorySchemaStore();
    private final EventSerdes serdes = new EventSerdes(store);

    @Test
    void textInTheRecordIsShown() {
        var input = new Content.Inline("{\"name\":\"a \\\"b\\\" 𝄞\"}");

        assertThat(
                        json(
                                Topics.TASK_EVENTS,
                                new TaskEvent.Submitted(
                                        new TaskId(ID),
                                        1,
                                        "ingest",
                                        input,
                                        DIGEST,
                                        Terms.DEFAULT,
                                        Instant.EPOCH,
                                        null,
                                        List.of())))
                .isEqualTo(
                        """
                        {"task":"00000000-0000-0000-0000-000000000007","version":1,\
                        "kind":"ingest","input":{"text":"{\\"name\\":\\"a \\\\\\"b\\\\\\" 𝄞\\"}"},\
                        "input_digest":"%s",\
                        "terms":{"priority":"normal","not_before":null,"deadline":null,\
                        "max_attempts":3,"first_wait_ms":1000,"longest_wait_ms":300000,\
                        "final_codes":[],"parent":null,"on_failed_dependency":"fail",\
                        "rerun_of":null,"timeout_ms":null},\
                        "due":"1970-01-01T00:00:00.000000Z","again":null,"after":[]}\
                        """
                                .formatted(DIGEST));
    }

    @Test
    void storedTextIsShownByItsAddress() {
        assertThat(
                        json(
                                Topics.TASK_REPORTS,
                                new TaskReport.Succeeded(
                                        new TaskId(ID), 1, null, new Content.Stored(DIGEST, 9))))
                .isEqualTo(
                        """
                        {"task":"00000000-0000-0000-0000-000000000007","attempt":1,\
                        "claim_token":null,"output":{"digest":"%s","size":9}}\
                        """
                                .formatted(DIGEST));
    }

    @Test
    void aVectorIsShownByItsDimensionsAlone() {
        assertThat(
                        json(
                                Topics.EMBEDDINGS,
                                new Embedding(
                                        new ChunkId(new DocumentId(ID), 3),
                                        new Passage("n", 1, 2, "t"),
                                        Vector.of(1, 2, 3),
                                        new Model("m", "1", 3),
                                        "w",
                                        DIGEST)))
                .isEqualTo(
                        """
                        {"document":"00000000-0000-0000-0000-000000000007","index":3,\
                        "passage":{"name":"n","start":1,"end":2,"text":"t"},\
                        "vector":{"dimensions":3},\
                        "model":{"name":"m","version":"1","dimensions":3},"worker":"w",\
                        "input_digest":"%s"}\
                        """
                                .formatted(DIGEST));
    }

    @Test
    void offsetsAreShownInOrder() {
        var applied = Position.at("t", 1, 5).with("t", 0, 4);

        assertThat(json(Topics.INDEX_REPORTS, new IndexReport(new DocumentId(ID), "i", 2, applied)))
                .endsWith("\"index\":\"i\",\"searchable\":2,\"applied\":{\"t-0\":4,\"t-1\":5}}");
    }

    @Test
    void ofASealedPayloadOnlyTheKeyIsShown() {
        var bytes = Bytes.copyOf(new byte[3]);
        var sealed = new Payload.Sealed<TaskEvent>("key-1", "A256GCM", bytes, bytes);

        assertThat(json(Topics.TASK_EVENTS, sealed))
                .isEqualTo("{\"sealed\":{\"key_id\":\"key-1\",\"algorithm\":\"A256GCM\"}}");
    }

    @Test
    void aPayloadOfANewerVersionIsShownInFull() throws SchemaRejected {
        var newer =
                new Schema.Parser()
                        .parse(
                                """
                                {"type":"record","name":"AnyRecord","fields":[{"name":"payload",
                                "type":["null",{"type":"record","name":"NewRecord","fields":[
                                {"name":"at","type":{"type":"long","logicalType":"timestamp-micros"}},
                                {"name":"key","type":"bytes"},{"name":"on","type":"boolean"}]}]}]}\
                                """);
        int id = store.register("newer", newer);
        var value = new byte[] {0, 0, 0, 0, (byte) id, 2, 2, 4, 1, 2, 1};

        assertThat(serdes.json(Topics.TASK_EVENTS, value))
                .isEqualTo("{\"at\":\"1970-01-01T00:00:00.000001Z\",\"key\":\"AQI=\",\"on\":true}");
    }

    @Test
    void whatCannotBeReadCannotBeShown() {
        assertThatExceptionOfType(SerializationException.class)
                .isThrownBy(() -> serdes.json(Topics.TASK_EVENTS, new byte[] {9, 0, 0, 0, 0}))
                .withMessageContaining("millrace.task-events")
                .withMessageContaining("magic byte: 9");
    }

    private <P extends Message> String json(Topic<P> topic, P message) {
        return json(topic, new Payload.Clear<>(message));
    }

    private <P extends Message> String json(Topic<P> topic, Payload<P> payload) {
        var envelope = new SampleEnvelopes(1).around("type", payload);
        return serdes.json(topic, serdes.of(topic).serializer().serialize(topic.name(), envelope));
    }
}
