package dev.millrace.schemas.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.event.Payload;
import dev.millrace.schemas.SampleEnvelopes;
import dev.millrace.schemas.codec.EventCodecs;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

/// What is made is read with the Avro library alone.
class EventContainerTest {

    private static final EventCodecs CODECS = new EventCodecs();

    @Test
    void theEventsOfEveryTopicAreReadBack() throws Exception {
        for (var topic : Topics.events()) {
            requireReadBack(topic);
        }
    }

    private static <P extends Message> void requireReadBack(Topic<P> topic) throws Exception {
        var envelopes = new ArrayList<Envelope<P>>();
        for (int seed = 0; seed < 20; seed++) {
            envelopes.addAll(new SampleEnvelopes(seed).each(topic));
        }
        var file = new ByteArrayOutputStream();
        var container = new EventContainer<>(topic, Map.of("millrace.topic", topic.name()));
        for (var envelope : envelopes) {
            assertThat(container.append(envelope)).isTrue();
            file.writeBytes(container.take());
        }
        file.writeBytes(container.end());

        var codec = CODECS.of(topic.vocabulary());
        try (var read = reader(file)) {
            assertThat(read.getSchema()).isEqualTo(codec.schema());
            assertThat(read.getMetaString("millrace.topic")).isEqualTo(topic.name());
            assertThat(read.getMetaString("avro.codec")).isEqualTo("deflate");
            for (var envelope : envelopes) {
                var record = read.next();
                assertThat(record.get("type")).hasToString(envelope.type());
                assertThat(envelope(topic, bytes(record)))
                        .isEqualTo(envelope(topic, bytes(topic, envelope)));
            }
            assertThat(read.hasNext()).isFalse();
        }
    }

    @Test
    void whatOnlyANewerVersionKnowsIsLeftOutAndTheRestIsThere() throws Exception {
        var known = new SampleEnvelopes(1).each(Topics.TASK_EVENTS);
        var unknown =
                new SampleEnvelopes(2)
                        .around(
                                "dev.millrace.task.newer",
                                new Payload.Unknown<>("Newer", Digest.of("schema")));
        var container = new EventContainer<>(Topics.TASK_EVENTS, Map.of());
        assertThat(container.append(known.getFirst())).isTrue();
        assertThat(container.append(unknown)).isFalse();
        var file = new ByteArrayOutputStream();
        file.writeBytes(container.flush());
        assertThat(container.flush()).as("an empty block ends the file for some readers").isEmpty();
        assertThat(container.append(known.getLast())).isTrue();
        file.writeBytes(container.end());

        var types = new ArrayList<String>();
        try (var read = reader(file)) {
            read.forEach(record -> types.add(record.get("type").toString()));
        }
        assertThat(types).isEqualTo(List.of(known.getFirst().type(), known.getLast().type()));
    }

    @Test
    void aFileOfNothingIsAFile() throws Exception {
        var file = new ByteArrayOutputStream();
        file.writeBytes(new EventContainer<>(Topics.TASK_EVENTS, Map.of()).end());

        try (var read = reader(file)) {
            assertThat(read.hasNext()).isFalse();
        }
    }

    private static DataFileStream<GenericRecord> reader(ByteArrayOutputStream file)
            throws IOException {
        return new DataFileStream<>(
                new ByteArrayInputStream(file.toByteArray()), new GenericDatumReader<>());
    }

    private static <P extends Message> Envelope<P> envelope(Topic<P> topic, byte[] bytes)
            throws IOException {
        var codec = CODECS.of(topic.vocabulary());
        return codec.reader(codec.schema()).read(bytes, 0, bytes.length);
    }

    private static byte[] bytes(GenericRecord record) throws IOException {
        var out = new ByteArrayOutputStream();
        var encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
        encoder.flush();
        return out.toByteArray();
    }

    private static <P extends Message> byte[] bytes(Topic<P> topic, Envelope<P> envelope)
            throws IOException {
        var out = new ByteArrayOutputStream();
        var encoder = EncoderFactory.get().binaryEncoder(out, null);
        CODECS.of(topic.vocabulary()).write(envelope, encoder);
        encoder.flush();
        return out.toByteArray();
    }
}
