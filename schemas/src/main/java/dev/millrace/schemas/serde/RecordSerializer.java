package dev.millrace.schemas.serde;

import dev.millrace.schemas.codec.RecordCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/// Writes values in Confluent's wire format. Null stays null. Safe for use by many threads, each
/// with a buffer of its own.
final class RecordSerializer<T> implements Serializer<T> {

    /// A buffer that grew beyond this is not kept, in bytes.
    private static final int MAX_KEPT_BYTES = 1 << 20;

    private final String name;
    private final String subject;
    private final RecordCodec<T> codec;
    private final CachedSchemas schemas;
    private final ThreadLocal<Buffer> buffers = ThreadLocal.withInitial(Buffer::new);

    /// @param name of the topic or store, for messages
    RecordSerializer(String name, String subject, RecordCodec<T> codec, CachedSchemas schemas) {
        this.name = name;
        this.subject = subject;
        this.codec = codec;
        this.schemas = schemas;
    }

    @Override
    public byte @Nullable [] serialize(String topic, @Nullable T value) {
        if (value == null) {
            return null;
        }
        var buffer = buffers.get();
        try {
            buffer.bytes.reset();
            buffer.bytes.writeBytes(WireFormat.prefix(schemas.id(subject, codec.schema())));
            codec.write(value, buffer.encoder);
            buffer.encoder.flush();
            return buffer.bytes.toByteArray();
        } catch (IOException | RuntimeException failure) {
            buffers.remove(); // the encoder may hold half a record
            throw named(failure);
        } finally {
            if (buffer.bytes.size() > MAX_KEPT_BYTES) {
                buffers.remove();
            }
        }
    }

    private SerializationException named(Exception failure) {
        return failure instanceof SchemaUnreachable unreachable
                ? unreachable
                : new SerializationException(
                        "could not write a record of %s: %s".formatted(name, failure.getMessage()),
                        failure);
    }

    private static final class Buffer {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    }
}
