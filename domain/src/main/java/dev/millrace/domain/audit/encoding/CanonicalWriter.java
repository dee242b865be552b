package dev.millrace.domain.audit.encoding;

import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.event.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Writes what [CanonicalReader] reads: big-endian numbers of fixed width, and whatever varies in
/// length behind its length.
public final class CanonicalWriter {

    private static final int ABSENT = -1;

    private final ByteArrayOutputStream content = new ByteArrayOutputStream();

    public CanonicalWriter u8(int value) {
        content.write(value);
        return this;
    }

    public CanonicalWriter u16(int value) {
        return u8(value >>> Byte.SIZE).u8(value);
    }

    public CanonicalWriter i32(int value) {
        return raw(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    public CanonicalWriter i64(long value) {
        return raw(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    public CanonicalWriter flag(boolean value) {
        return u8(value ? 1 : 0);
    }

    public CanonicalWriter uuid(UUID value) {
        return i64(value.getMostSignificantBits()).i64(value.getLeastSignificantBits());
    }

    public CanonicalWriter hash(Hash value) {
        return raw(value.toArray());
    }

    /// At most 255 hashes behind their number.
    public CanonicalWriter hashes(List<Hash> values) {
        u8(values.size());
        values.forEach(this::hash);
        return this;
    }

    /// UTF-8 behind its length in two bytes.
    public CanonicalWriter text(String value) {
        var bytes = value.getBytes(StandardCharsets.UTF_8);
        return u16(bytes.length).raw(bytes);
    }

    /// Bytes behind their length in four.
    public CanonicalWriter bytes(byte[] value) {
        return i32(value.length).raw(value);
    }

    /// The same, and a length of -1 for none.
    public CanonicalWriter bytes(@Nullable Bytes value) {
        return value == null ? i32(ABSENT) : bytes(value.toArray());
    }

    /// Bytes whose length the reader knows.
    public CanonicalWriter raw(byte[] value) {
        content.writeBytes(value);
        return this;
    }

    public byte[] toBytes() {
        return content.toByteArray();
    }
}
