package dev.millrace.libp2p.multiformats;

import java.io.ByteArrayOutputStream;

/// Puts an encoding together, in the forms that [ByteReader] reads.
///
/// Confined to one thread. Grows with what is written: bounds are those of the values.
public final class ByteWriter {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    /// The lowest eight bits.
    public ByteWriter u8(int value) {
        written.write(value);
        return this;
    }

    /// The lowest sixteen bits, the higher byte first.
    public ByteWriter u16(int value) {
        return u8(value >>> Byte.SIZE).u8(value);
    }

    /// The shortest form of an unsigned 64-bit number, in 1..10 bytes.
    public ByteWriter uvarint(long value) {
        long rest = value;
        for (; (rest & ~0x7FL) != 0; rest >>>= 7) {
            u8((int) rest | 0x80);
        }
        return u8((int) rest);
    }

    public ByteWriter bytes(Bytes bytes) {
        written.writeBytes(bytes.shared());
        return this;
    }

    /// Bytes behind their length.
    public ByteWriter prefixed(Bytes bytes) {
        return uvarint(bytes.length()).bytes(bytes);
    }

    public Bytes toBytes() {
        return Bytes.copyOf(written.toByteArray());
    }
}
