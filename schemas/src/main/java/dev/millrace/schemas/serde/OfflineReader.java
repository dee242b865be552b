package dev.millrace.schemas.serde;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.schemas.codec.EventCodecs;
import dev.millrace.schemas.codec.RecordCodec;
import dev.millrace.schemas.codec.WireSchemas;
import dev.millrace.schemas.topic.Topic;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Reads values of one topic without a registry: those that were written with this version's own
/// schema.
///
/// Confined to one thread.
public final class OfflineReader<P extends Message> {

    private final RecordCodec.Reader<Envelope<P>> reader;
    private final String fingerprint;

    public OfflineReader(Topic<P> topic) {
        var codec = new EventCodecs().of(topic.vocabulary());
        this.reader = codec.reader(codec.schema());
        this.fingerprint = WireSchemas.fingerprint(codec.schema()).hex();
    }

    /// The envelope; null if it was written with another schema, or is none.
    ///
    /// @param value as Kafka has it
    /// @param schema the record's header [CloudEventHeaders#SCHEMA_FINGERPRINT]
    public @Nullable Envelope<P> read(byte[] value, String schema) {
        if (!schema.equals(fingerprint) || value.length < WireFormat.PREFIX_BYTES) {
            return null;
        }
        try {
            return reader.read(value, WireFormat.PREFIX_BYTES, value.length);
        } catch (IOException | RuntimeException malformed) { // whatever the bytes lead to
            return null;
        }
    }
}
