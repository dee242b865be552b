package dev.millrace.schemas.serde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Payload;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.event.Trace;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.schemas.codec.EventCodecs;
import dev.millrace.schemas.codec.WireSchemas;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.topic.Topics;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordHeadersTest {

    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());

    @Test
    void aRecordCarriesCloudEventsHeadersAndItsSchemasFingerprint() {
        var headers = new RecordHeaders();

        write(envelope(new Trace(PARENT, "vendor=1")), headers);

        assertThat(texts(headers))
                .isEqualTo(
                        Map.of(
                                "ce_specversion",
                                "1.0",
                                "ce_id",
                                "00000000-0000-0001-0000-000000000002",
                                "ce_type",
                                "dev.millrace.task.started",
                                "ce_source",
                                "/sites/12D3KooWpeer/00000000-0000-0003-0000-000000000004",
                                "ce_time",
                                "2026-11-22T10:00:00.000000Z",
                                "ce_traceparent",
                                PARENT,
                                "ce_tracestate",
                                "vendor=1",
                                "content-type",
                                "application/avro",
                                "schema-fp",
                                fingerprint()));
    }

    @Test
    void headersForwardedFromAnInputAreReplaced() {
        var headers = new RecordHeaders();
        write(envelope(new Trace(PARENT, "vendor=1")), headers);
        headers.add("ce_id", "another".getBytes(UTF_8)).add("mine", "kept".getBytes(UTF_8));

        write(envelope(null), headers);

        assertThat(texts(headers))
                .hasSize(headers.toArray().length)
                .containsEntry("ce_id", "00000000-0000-0001-0000-000000000002")
                .containsEntry("mine", "kept")
                .doesNotContainKeys("ce_traceparent", "ce_tracestate");
    }

    @Test
    void everySchemaInUseIsPublishedUnderItsFingerprint() throws InterruptedException {
        var producer =
                new MockProducer<>(true, null, new StringSerializer(), new StringSerializer());

        new SchemaPublisher(producer).publish(serdes.writerSchemas().values());

        assertThat(producer.history()).hasSameSizeAs(serdes.writerSchemas().values());
        for (var record : producer.history()) {
            assertThat(record.topic()).isEqualTo(Topics.SCHEMAS);
            assertThat(record.key())
                    .isEqualTo(
                            WireSchemas.fingerprint(new Schema.Parser().parse(record.value()))
                                    .hex());
        }
        assertThat(producer.history()).anyMatch(record -> record.key().equals(fingerprint()));
    }

    @Test
    void aProducersRecordGoesToThePartitionOfItsDocument() {
        var envelope = envelope(null);

        var record = EventProducerRecords.record(Topics.TASK_EVENTS, 5, "some-task", envelope);

        assertThat(record.topic()).isEqualTo("millrace.task-events");
        assertThat(record.partition()).isEqualTo(Topics.TASK_EVENTS.partition("some-task", 5));
        assertThat(record.key()).isEqualTo("some-task");
        assertThat(record.value()).isSameAs(envelope);
    }

    private void write(Envelope<TaskEvent> envelope, Headers headers) {
        var topic = Topics.TASK_EVENTS;
        serdes.of(topic).serializer().serialize(topic.name(), headers, envelope);
    }

    private String fingerprint() {
        return WireSchemas.fingerprint(new EventCodecs().of(TaskEvent.class).schema()).hex();
    }

    private static Map<String, String> texts(Headers headers) {
        var texts = new TreeMap<String, String>();
        headers.forEach(header -> texts.put(header.key(), new String(header.value(), UTF_8)));
        return texts;
    }

    private static Envelope<TaskEvent> envelope(@Nullable Trace trace) {
        return new Envelope<>(
                new UUID(1, 2),
                "dev.millrace.task.started",
                Instant.parse("2026-11-22T10:00:00Z"),
                "default",
                "a person",
                Labels.DEFAULT,
                new Actor("decide", Actor.Proof.WORKER),
                new Site("12D3KooWpeer", new UUID(3, 4)),
                null,
                new UUID(5, 6),
                trace,
                new Payload.Clear<>(
                        new TaskEvent.Started(new TaskId(new UUID(7, 8)), 2, 1, "w", null, null)));
    }
}
