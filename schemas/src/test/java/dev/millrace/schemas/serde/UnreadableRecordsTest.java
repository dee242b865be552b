package dev.millrace.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Payload;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.schemas.SampleEnvelopes;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.registry.RegistryUnavailable;
import dev.millrace.schemas.registry.SchemaNotFound;
import dev.millrace.schemas.registry.SchemaRejected;
import dev.millrace.schemas.registry.SchemaStore;
import dev.millrace.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;

class UnreadableRecordsTest {

    private static final String TOPIC = Topics.TASK_EVENTS.name();

    private final InMemorySchemaStore store = new InMemorySchemaStore();
    private final Serde<Envelope<TaskEvent>> serde = new EventSerdes(store).of(Topics.TASK_EVENTS);

    @Test
    void anotherMagicByteIsNamed() {
        var value = sample(0);
        value[0] = 1;

        requireFailure(value, "magic byte: 1");
    }

    @Test
    void anUnknownSchemaIsNamed() {
        var value = sample(0);
        value[4] = 77;

        requireFailure(value, "schema id: 77");
    }

    @Test
    void valuesShorterThanTheirPrefixAreNamed() {
        requireFailure(new byte[] {0, 0, 0, 0}, "4 bytes");
    }

    @Test
    void everyTruncationFails() {
        var value = sample(1);
        for (int length = 0; length < value.length; length++) {
            requireFailure(Arrays.copyOf(value, length), "");
        }
    }

    @Test
    void bytesAfterTheRecordFail() {
        var value = sample(1);

        requireFailure(Arrays.copyOf(value, value.length + 1), "after the end");
    }

    @Test
    void anotherRecordThatLooksAlikeFails() throws SchemaRejected {
        var other = SchemaBuilder.record("OtherRecord").fields().requiredString("id").endRecord();
        var value = sample(1);
        value[4] = (byte) store.register("other", other);

        requireFailure(value, "OtherRecord");
    }

    @Test
    void flippedBitsEitherReadOrFailAsUnreadable() {
        for (long seed = 0; seed < 2_000; seed++) {
            var value = sample(seed % 20);
            var random = new Random(seed);
            int at = WireFormat.PREFIX_BYTES + random.nextInt(value.length - 5);
            value[at] ^= (byte) (1 << random.nextInt(8));
            try {
                assertThat(read(value)).as("seed %d", seed).isNotNull();
            } catch (SerializationException unreadable) {
                assertThat(unreadable).as("seed %d", seed).hasMessageContaining(TOPIC);
            }
        }
    }

    @Test
    void aSilentRegistryIsNotTheRecordsFault() {
        var silent = new EventSerdes(new Silent()).of(Topics.TASK_EVENTS);

        assertThatExceptionOfType(SchemaUnreachable.class)
                .isThrownBy(() -> silent.deserializer().deserialize(TOPIC, sample(0)))
                .withCauseInstanceOf(RegistryUnavailable.class);
        assertThatExceptionOfType(SchemaUnreachable.class)
                .isThrownBy(() -> silent.serializer().serialize(TOPIC, envelope(0)));
    }

    @Test
    void anUnknownPayloadCannotBeWrittenAnew() {
        var sample = envelope(0);
        var unknown =
                new SampleEnvelopes(0)
                        .around(
                                sample.type(),
                                new Payload.Unknown<TaskEvent>("x.Y", Digest.of("schema")));

        assertThatExceptionOfType(SerializationException.class)
                .isThrownBy(() -> serde.serializer().serialize(TOPIC, unknown))
                .withMessageContaining(TOPIC)
                .withMessageContaining("x.Y");
        assertThat(read(sample(0))).isEqualTo(sample);
    }

    @Test
    void keysNameWhatTheTopicSays() {
        var serdes = new EventSerdes(store);
        var id = "01900000-0000-7000-8000-000000000001";
        assertThat(serdes.keysOf(Topics.TASK_EVENTS).deserialize(TOPIC, bytes(id))).isEqualTo(id);
        assertThat(serdes.keysOf(Topics.CHUNKS).deserialize(TOPIC, bytes(id + "#7")))
                .isEqualTo(id + "#7");
        for (var wrong :
                new byte[][] {null, {}, {0, 0, 0, 7}, {(byte) 0xC3, 0x28}, bytes("1-1-1-1-1")}) {
            for (var topic : SampleEnvelopes.topics()) {
                assertThatExceptionOfType(SerializationException.class)
                        .isThrownBy(() -> serdes.keysOf(topic).deserialize(topic.name(), wrong))
                        .withMessageContaining("key: ")
                        .withMessageContaining(topic.key());
            }
        }
        assertThatExceptionOfType(SerializationException.class)
                .isThrownBy(() -> serdes.keysOf(Topics.CHUNKS).deserialize(TOPIC, bytes(id)));
        assertThatExceptionOfType(SerializationException.class)
                .isThrownBy(
                        () -> serdes.keysOf(Topics.DOCUMENTS).deserialize(TOPIC, bytes(id + "#7")));
    }

    @Test
    void nothingIsNoValueOfATopic() {
        var values = new EventSerdes(store).valuesOf(Topics.TASK_EVENTS);

        assertThat(values.deserialize(TOPIC, sample(0))).isEqualTo(envelope(0));
        assertThatExceptionOfType(SerializationException.class)
                .isThrownBy(() -> values.deserialize(TOPIC, null))
                .withMessageContaining("value: none");
    }

    @Test
    void nothingStaysNothing() {
        assertThat(serde.serializer().serialize(TOPIC, null)).isNull();
        assertThat(serde.deserializer().deserialize(TOPIC, null)).isNull();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Envelope<TaskEvent> read(byte[] value) {
        return serde.deserializer().deserialize(TOPIC, value);
    }

    private byte[] sample(long seed) {
        return serde.serializer().serialize(TOPIC, envelope(seed));
    }

    private static Envelope<TaskEvent> envelope(long seed) {
        return new SampleEnvelopes(seed).each(Topics.TASK_EVENTS).getFirst();
    }

    private void requireFailure(byte[] value, String cause) {
        assertThatExceptionOfType(SerializationException.class)
                .isThrownBy(() -> read(value))
                .withMessageContaining(TOPIC)
                .withMessageContaining(cause);
    }

    /// A registry that never answers.
    private static final class Silent implements SchemaStore {

        @Override
        public int register(String subject, Schema schema) throws RegistryUnavailable {
            throw new RegistryUnavailable("no answer", null);
        }

        @Override
        public Schema byId(int id) throws SchemaNotFound, RegistryUnavailable {
            throw new RegistryUnavailable("no answer", null);
        }
    }
}
