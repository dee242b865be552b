package dev.millrace.streams.audit;

import dev.millrace.domain.audit.Audit.Scope;
import dev.millrace.schemas.serde.EventSerdes;
import dev.millrace.schemas.serde.SchemaUnreachable;
import dev.millrace.schemas.topic.Topics;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;

/// Tells whose records are whose. Safe for use by many threads.
@FunctionalInterface
interface People {

    /// Whether a record is about the person of a scope, or caused by that one. Of a record that
    /// cannot be read nobody knows: it is nobody's.
    ///
    /// @throws SchemaUnreachable if the registry did not answer
    boolean isOf(Scope.OfPerson person, ConsumerRecord<byte[], byte[]> record);

    /// Reads who it is from the envelopes.
    static People of(EventSerdes serdes) {
        return (person, record) -> {
            var topic = Topics.byName(record.topic());
            if (topic == null || record.value() == null) {
                return false;
            }
            try {
                var envelope = serdes.of(topic).deserializer().deserialize("", record.value());
                return person.subject() != null
                        ? person.subject().equals(envelope.subject())
                        : envelope.actor().id().equals(person.actor());
            } catch (SchemaUnreachable silent) {
                throw silent;
            } catch (SerializationException unreadable) {
                return false;
            }
        };
    }
}
