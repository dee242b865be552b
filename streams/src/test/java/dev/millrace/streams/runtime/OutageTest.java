package dev.millrace.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.registry.RegistryUnavailable;
import dev.millrace.schemas.registry.SchemaNotFound;
import dev.millrace.schemas.registry.SchemaStore;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.serde.SchemaUnreachable;
import dev.millrace.schemas.topic.Topics;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.StreamsException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class OutageTest {

    @Test
    void silenceAndWhatFollowsFromItIsTheBrokers() {
        assertThat(Outage.of(new StreamsException("x", new TimeoutException("no answer"))))
                .isEqualTo("the broker");
        assertThat(Outage.of(new StreamsException(new ProducerFencedException("expired"))))
                .isEqualTo("the broker");
    }

    @Test
    void aSchemaThatCannotBeAskedForIsTheRegistrys() {
        var values = new EventSerdes(new Silent()).valuesOf(Topics.CHUNKS);
        var unreachable =
                Assertions.catchThrowableOfType(
                        SchemaUnreachable.class,
                        () -> values.deserialize("millrace.chunks", new byte[] {0, 0, 0, 0, 1}));

        assertThat(Outage.of(new StreamsException(unreachable))).isEqualTo("the Schema Registry");
    }

    @Test
    void whateverSaysWhatIsAwayIsWaitedFor() {
        assertThat(Outage.of(new StreamsException(new Elsewhere()))).isEqualTo("the archive");
    }

    @Test
    void aFaultIsNoOutage() {
        assertThat(Outage.of(new StreamsException(new RecordTooLargeException("9 MiB")))).isNull();
        assertThat(Outage.of(new IllegalStateException("a bug"))).isNull();
    }

    private static final class Elsewhere extends RuntimeException implements Absence {

        private static final long serialVersionUID = 1;

        @Override
        public String absent() {
            return "the archive";
        }
    }

    private static final class Silent implements SchemaStore {

        @Override
        public int register(String subject, Schema schema) throws RegistryUnavailable {
            throw Assertions.catchThrowableOfType(RegistryUnavailable.class, () -> byId(1));
        }

        @Override
        public Schema byId(int id) throws SchemaNotFound, RegistryUnavailable {
            return new dev.millrace.schemas.registry.ConfluentSchemaStore(
                            java.net.URI.create("http://127.0.0.1:1"))
                    .byId(id);
        }
    }
}
