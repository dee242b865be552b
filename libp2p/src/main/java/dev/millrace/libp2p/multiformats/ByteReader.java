package dev.millrace.libp2p.multiformats;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Reads an encoding from its first byte to its last.
///
/// Whatever is asked for and is not there, or is beyond its bound, is a [MalformedInput] that says
/// at which byte. A length that lies is refused before anything is allocated for it.
///
/// Confined to one thread.
public final class ByteReader {

    private final String subject;
    private final byte[] content;
    private final int end;
    private int position;

    private ByteReader(String subject, byte[] content, int position, int end) {
        this.subject = subject;
        this.content = content;
        this.position = position;
        this.end = end;
    }

    /// @param subject what is read, for messages
    public ByteReader(String subject, Bytes content) {
        this(subject, content.shared(), 0, content.length());
    }

    /// The index of the next byte, in the whole of what is read.
    public int position() {
        return position;
    }

    public int remaining() {
        return end - position;
    }

    public boolean hasRemaining() {
        return position < end;
    }

    public int u8() {
        require(Byte.BYTES);
        return Byte.toUnsignedInt(content[position++]);
    }

    /// Two bytes, the higher one first.
    public int u16() {
        require(Short.BYTES);
        return u8() << Byte.SIZE | u8();
    }

    /// An unsigned varint of the multiformats: 0..2^63-1 in its shortest form of 1..9 bytes.
    public long uvarint() {
        return uvarint(Uvarint.MAX_BYTES);
    }

    /// An unsigned varint of Protocol Buffers: all 64 bits in its shortest form of 1..10 bytes.
    public long uvarint64() {
        return uvarint(Uvarint.MAX_BYTES_64);
    }

    private long uvarint(int mostBytes) {
        int start = position;
        long value = 0;
        for (int i = 0; i < mostBytes; i++) {
            int next = u8();
            value |= (long) (next & 0x7F) << (7 * i);
            if (next < 0x80) {
                if (next == 0 && i > 0) {
                    throw refusedAt(start, "a varint with a needless last byte");
                }
                if (i == Uvarint.MAX_BYTES && next > 1) {
                    break;
                }
                return value;
            }
        }
        throw refusedAt(
                start,
                "a varint of more than "
                        + (mostBytes == Uvarint.MAX_BYTES ? "63 bits" : "64 bits"));
    }

    /// A varint that says how many bytes follow, all of which are there.
    ///
    /// @param most allowed
    public int length(int most) {
        int start = position;
        long length = uvarint();
        if (length > most) {
            throw refusedAt(start, "a length of %d (expected: 0..%d)".formatted(length, most));
        }
        if (length > remaining()) {
            throw refusedAt(
                    start, "a length of %d, where %d bytes follow".formatted(length, remaining()));
        }
        return (int) length;
    }

    /// The next so many bytes.
    public Bytes bytes(int length) {
        require(length);
        position += length;
        return Bytes.copyOf(content, position - length, position);
    }

    /// All that is left.
    public Bytes rest() {
        return bytes(remaining());
    }

    /// Bytes behind their length.
    ///
    /// @param most allowed
    public Bytes prefixed(int most) {
        return bytes(length(most));
    }

    /// The next so many bytes as UTF-8.
    public String utf8(int length) {
        require(length);
        try {
            var text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(content, position, length))
                            .toString();
            position += length;
            return text;
        } catch (CharacterCodingException malformed) {
            throw MalformedInput.atByte(subject, position, "a text that is not UTF-8", malformed);
        }
    }

    /// The next so many bytes as an encoding of their own, in whose messages places still count
    /// from the beginning of the whole.
    public ByteReader slice(int length) {
        require(length);
        position += length;
        return new ByteReader(subject, content, position - length, position);
    }

    /// Requires that nothing follows.
    public void end() {
        if (hasRemaining()) {
            throw refused(remaining() + " bytes after the end");
        }
    }

    /// What is wrong with the next byte, to be thrown.
    public MalformedInput refused(String cause) {
        return refusedAt(position, cause);
    }

    /// What is wrong at a byte that has been read, to be thrown.
    public MalformedInput refusedAt(int at, String cause) {
        return MalformedInput.atByte(subject, at, cause, null);
    }

    /// What a decoder of values found out at a byte that has been read, to be thrown.
    public MalformedInput refusedAt(int at, MalformedInput below) {
        return MalformedInput.atByte(subject, at, below.getMessage(), below);
    }

    private void require(int bytes) {
        if (bytes < 0 || bytes > remaining()) {
            throw refused("%d bytes left (expected: %d)".formatted(remaining(), bytes));
        }
    }
}
