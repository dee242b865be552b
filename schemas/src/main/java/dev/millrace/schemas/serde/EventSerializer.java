package dev.millrace.schemas.serde;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/// Writes envelopes, and what they say of themselves into the record's headers.
final class EventSerializer<P extends Message> implements Serializer<Envelope<P>> {

    private final RecordSerializer<Envelope<P>> values;
    private final CloudEventHeaders headers;

    EventSerializer(RecordSerializer<Envelope<P>> values, CloudEventHeaders headers) {
        this.values = values;
        this.headers = headers;
    }

    @Override
    public byte @Nullable [] serialize(String topic, @Nullable Envelope<P> envelope) {
        return values.serialize(topic, envelope);
    }

    @Override
    public byte @Nullable [] serialize(
            String topic, @Nullable Headers into, @Nullable Envelope<P> envelope) {
        var value = values.serialize(topic, envelope);
        if (envelope != null && into != null) {
            headers.put(envelope, into);
        }
        return value;
    }
}
