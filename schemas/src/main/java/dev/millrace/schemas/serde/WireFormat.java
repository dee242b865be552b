package dev.millrace.schemas.serde;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;

/// Confluent's wire format: one zero byte, the schema's id in four bytes, big-endian, then Avro
/// binary.
final class WireFormat {

    /// How many bytes stand before the Avro.
    static final int PREFIX_BYTES = 1 + Integer.BYTES;

    private static final byte MAGIC = 0;

    private WireFormat() {}

    static byte[] prefix(int schemaId) {
        return ByteBuffer.allocate(PREFIX_BYTES).put(MAGIC).putInt(schemaId).array();
    }

    /// The id of the schema that a value was written with.
    static int schemaId(byte[] value) {
        if (value.length < PREFIX_BYTES) {
            throw new SerializationException(
                    "value: " + value.length + " bytes (expected: 5 or more)");
        }
        if (value[0] != MAGIC) {
            throw new SerializationException(
                    "magic byte: %d (expected: 0, Confluent's wire format)".formatted(value[0]));
        }
        return ByteBuffer.wrap(value).getInt(1);
    }
}
