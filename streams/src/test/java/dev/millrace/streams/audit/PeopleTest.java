package dev.millrace.streams.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.audit.Audit.Scope.OfPerson;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.view.Position;
import dev.millrace.schemas.registry.InMemorySchemaStore;
import dev.millrace.schemas.registry.RegistryUnavailable;
import dev.millrace.schemas.registry.SchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.serde.SchemaUnreachable;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.fixtures.Envelopes;
import java.time.Instant;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PeopleTest {

    private static final String TOPIC = Topics.TASK_EVENTS.name();

    private final EventSerdes serdes = new EventSerdes(new InMemorySchemaStore());
    private final People people = People.of(serdes);

    @Test
    void aRecordIsItsSubjectsAndItsActors() {
        var record = record(TOPIC, written());

        assertThat(people.isOf(subject("subject-1"), record)).isTrue();
        assertThat(people.isOf(actor("ann"), record)).isTrue();
    }

    @Test
    void itIsNobodyElses() {
        var record = record(TOPIC, written());

        assertThat(people.isOf(subject("subject-2"), record)).isFalse();
        assertThat(people.isOf(subject("ann"), record)).as("she only caused it").isFalse();
        assertThat(people.isOf(actor("subject-1"), record)).as("it is only about them").isFalse();
        assertThat(people.isOf(actor("Ann"), record)).isFalse();
    }

    @Test
    void whatCannotBeReadIsNobodys() {
        for (var record :
                new ConsumerRecord<?, ?>[] {
                    record(TOPIC, null),
                    record(TOPIC, new byte[] {1, 2, 3}),
                    record("elsewhere", written())
                }) {
            @SuppressWarnings("unchecked")
            var raw = (ConsumerRecord<byte[], byte[]>) record;
            assertThat(people.isOf(subject("subject-1"), raw)).isFalse();
            assertThat(people.isOf(actor("ann"), raw)).isFalse();
        }
    }

    @Test
    void aRegistryThatIsSilentLeavesNobodyOut() {
        var record = record(TOPIC, written());
        var silent = People.of(new EventSerdes(silent()));

        assertThatThrownBy(() -> silent.isOf(subject("subject-1"), record))
                .isInstanceOf(SchemaUnreachable.class);
    }

    private byte[] written() {
        var task = new TaskId(new UUID(0x0190_0000_0000_7000L, 0x8000_0000_0000_0001L));
        return serdes.of(Topics.TASK_EVENTS)
                .serializer()
                .serialize(
                        TOPIC,
                        new RecordHeaders(),
                        Envelopes.of(
                                1, new TaskEvent.Succeeded(task, 2, 1, new Content.Inline("{}"))));
    }

    private static ConsumerRecord<byte[], byte[]> record(String topic, byte @Nullable [] value) {
        return new ConsumerRecord<>(topic, 0, 7, new byte[0], value);
    }

    private static OfPerson subject(String name) {
        return new OfPerson(name, null, Instant.EPOCH, Instant.MAX, Position.START);
    }

    private static OfPerson actor(String name) {
        return new OfPerson(null, name, Instant.EPOCH, Instant.MAX, Position.START);
    }

    /// A registry that has no answer.
    private static SchemaStore silent() {
        return new SchemaStore() {
            @Override
            public int register(String subject, Schema schema) throws RegistryUnavailable {
                throw new RegistryUnavailable("silent", null);
            }

            @Override
            public Schema byId(int id) throws RegistryUnavailable {
                throw new RegistryUnavailable("silent", null);
            }
        };
    }
}
