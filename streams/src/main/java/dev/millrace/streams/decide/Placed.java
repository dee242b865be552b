package dev.millrace.streams.decide;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.schemas.topic.Topics;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.StreamPartitioner;

/// A record on its way to a partition that is already known.
///
/// An event goes to the partition number of what caused it, whatever its key hashes to, so that the
/// order of causes is the order of events.
///
/// @param partition its number; [#BY_KEY] for that of the key, for what is asked of another task
record Placed<P extends Message>(Envelope<P> envelope, int partition) {

    static final int BY_KEY = -1;

    /// Sends each record where it belongs.
    @SuppressWarnings("removal") // in Kafka 4.4 the method to go is still the one to write
    static <P extends Message> StreamPartitioner<String, Placed<P>> partitioner() {
        return (_, key, placed, partitions) ->
                Optional.of(
                        Set.of(
                                placed.partition() == BY_KEY
                                        ? Topics.TASK_COMMANDS.partition(key, partitions)
                                        : placed.partition()));
    }

    /// Writes the envelope alone.
    static <P extends Message> Serializer<Placed<P>> serializer(Serializer<Envelope<P>> envelopes) {
        return new Serializer<>() {
            @Override
            public byte[] serialize(String topic, Placed<P> placed) {
                return envelopes.serialize(topic, placed.envelope());
            }

            @Override
            public byte[] serialize(String topic, Headers headers, Placed<P> placed) {
                return envelopes.serialize(topic, headers, placed.envelope());
            }
        };
    }
}
