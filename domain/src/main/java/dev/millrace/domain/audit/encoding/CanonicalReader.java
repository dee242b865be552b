package dev.millrace.domain.audit.encoding;

import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.event.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads what [CanonicalWriter] wrote, and refuses every other form of the same content.
///
/// Whatever is asked for and is not there, or is beyond its bound, is an `IllegalArgumentException`
/// that says at which byte.
public final class CanonicalReader {

    private final ByteBuffer rest;

    public CanonicalReader(byte[] content) {
        this.rest = ByteBuffer.wrap(content).asReadOnlyBuffer();
    }

    public int u8() {
        require(Byte.BYTES);
        return Byte.toUnsignedInt(rest.get());
    }

    public int u16() {
        require(Short.BYTES);
        return Short.toUnsignedInt(rest.getShort());
    }

    public int i32() {
        require(Integer.BYTES);
        return rest.getInt();
    }

    public long i64() {
        require(Long.BYTES);
        return rest.getLong();
    }

    /// A number of things that follow.
    ///
    /// @param most allowed
    public int count(int most) {
        int count = i32();
        if (count < 0 || count > most) {
            throw refused("a count of %d (expected: 0..%d)".formatted(count, most));
        }
        return count;
    }

    public boolean flag() {
        int value = u8();
        if (value > 1) {
            throw refused("a flag of %d (expected: 0 or 1)".formatted(value));
        }
        return value == 1;
    }

    public UUID uuid() {
        return new UUID(i64(), i64());
    }

    public Hash hash() {
        return Hash.of(raw(Hash.BYTES));
    }

    /// At most 255 hashes behind their number.
    ///
    /// @param most allowed
    public List<Hash> hashes(int most) {
        int count = u8();
        if (count > most) {
            throw refused("%d hashes (expected: 0..%d)".formatted(count, most));
        }
        var hashes = new ArrayList<Hash>(count);
        for (int i = 0; i < count; i++) {
            hashes.add(hash());
        }
        return List.copyOf(hashes);
    }

    /// UTF-8 behind its length in two bytes.
    ///
    /// @param most bytes allowed
    public String text(int most) {
        int length = u16();
        if (length > most) {
            throw refused("a text of %d bytes (expected: 0..%d)".formatted(length, most));
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(raw(length)))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw refused("a text that is not UTF-8");
        }
    }

    /// Bytes behind their length in four.
    ///
    /// @param most allowed
    public byte[] bytes(int most) {
        var bytes = nullableBytes(most);
        if (bytes == null) {
            throw refused("no bytes where there must be some");
        }
        return bytes.toArray();
    }

    /// The same, and a length of -1 for none.
    ///
    /// @param most allowed
    public @Nullable Bytes nullableBytes(int most) {
        int length = i32();
        if (length < -1 || length > most) {
            throw refused("%d bytes (expected: -1..%d)".formatted(length, most));
        }
        return length == -1 ? null : Bytes.copyOf(raw(length));
    }

    public byte[] raw(int length) {
        require(length);
        var bytes = new byte[length];
        rest.get(bytes);
        return bytes;
    }

    /// Requires one byte of a certain value, which says what follows.
    public void tag(int expected, String what) {
        int tag = u8();
        if (tag != expected) {
            throw refused("a tag of %d (expected: %d, %s)".formatted(tag, expected, what));
        }
    }

    /// Requires that nothing follows.
    public void end() {
        if (rest.hasRemaining()) {
            throw refused(rest.remaining() + " bytes after the end");
        }
    }

    /// What is wrong here, to be thrown.
    public IllegalArgumentException refused(String what) {
        return new IllegalArgumentException("byte %d: %s".formatted(rest.position(), what));
    }

    private void require(int bytes) {
        if (rest.remaining() < bytes) {
            throw refused("%d bytes left (expected: %d)".formatted(rest.remaining(), bytes));
        }
    }
}
