package dev.millrace.schemas.serde;

import dev.millrace.schemas.codec.RecordCodec;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/// Reads values in Confluent's wire format, whatever version of the schema wrote them. Null stays
/// null. Safe for use by many threads.
final class RecordDeserializer<T> implements Deserializer<T> {

    private final String name;
    private final RecordCodec<T> codec;
    private final CachedSchemas schemas;
    /* Bounded like the cache of schemas, and emptied like it. */
    private final Map<Integer, RecordCodec.Reader<T>> readers = new ConcurrentHashMap<>();

    /// @param name of the topic or store, for messages
    RecordDeserializer(String name, RecordCodec<T> codec, CachedSchemas schemas) {
        this.name = name;
        this.codec = codec;
        this.schemas = schemas;
    }

    /// @throws SchemaUnreachable if the registry did not answer; the record may be sound
    /// @throws SerializationException if the record cannot be read
    @Override
    public @Nullable T deserialize(String topic, byte @Nullable [] value) {
        if (value == null) {
            return null;
        }
        try {
            var reader = reader(WireFormat.schemaId(value));
            return reader.read(value, WireFormat.PREFIX_BYTES, value.length);
        } catch (SchemaUnreachable unreachable) {
            throw unreachable;
        } catch (IOException | RuntimeException failure) {
            // Malformed bytes fail in any way they like, an index out of bounds among others.
            throw new SerializationException(
                    "could not read a record of %s: %s".formatted(name, failure.getMessage()),
                    failure);
        }
    }

    private RecordCodec.Reader<T> reader(int schemaId) {
        var known = readers.get(schemaId);
        if (known != null) {
            return known;
        }
        var reader = codec.reader(schemas.byId(schemaId));
        if (readers.size() >= CachedSchemas.MAX_SCHEMAS) {
            readers.clear();
        }
        readers.put(schemaId, reader);
        return reader;
    }
}
