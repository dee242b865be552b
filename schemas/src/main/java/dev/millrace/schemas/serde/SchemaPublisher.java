package dev.millrace.schemas.serde;

import dev.millrace.schemas.codec.WireSchemas;
import dev.millrace.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/// Writes the schemas in use to `millrace.schemas`, so that whoever holds a copy of a topic can
/// read it without this site's registry: a record's `schema-fp` header is the key of its schema
/// there.
///
/// The topic is compacted, so publishing a schema again changes nothing.
public final class SchemaPublisher {

    private final Producer<String, String> producer;

    /// @param producer writes UTF-8 text; not transactional; stays open
    public SchemaPublisher(Producer<String, String> producer) {
        this.producer = producer;
    }

    /// Writes schemas and waits until the brokers have them, at most the producer's
    /// `delivery.timeout.ms`.
    ///
    /// @throws KafkaException if the brokers did not take one
    public void publish(Collection<Schema> schemas) throws InterruptedException {
        var sent = new ArrayList<Future<?>>();
        for (var schema : schemas) {
            var key = WireSchemas.fingerprint(schema).hex();
            sent.add(producer.send(new ProducerRecord<>(Topics.SCHEMAS, key, schema.toString())));
        }
        producer.flush();
        for (var one : sent) {
            try {
                one.get();
            } catch (ExecutionException failure) {
                throw new KafkaException("could not publish a schema", failure.getCause());
            }
        }
    }
}
