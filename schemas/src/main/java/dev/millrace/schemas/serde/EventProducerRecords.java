package dev.millrace.schemas.serde;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.schemas.topic.Topic;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Records for plain producers, with the partition the catalogue wants.
public final class EventProducerRecords {

    private EventProducerRecords() {}

    /// The record of an envelope.
    ///
    /// @param partitions how many the topic has
    /// @param key the text form of the id that keys the topic
    public static <P extends Message> ProducerRecord<String, Envelope<P>> record(
            Topic<P> topic, int partitions, String key, Envelope<P> envelope) {
        return new ProducerRecord<>(topic.name(), topic.partition(key, partitions), key, envelope);
    }
}
