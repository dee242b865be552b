package dev.millrace.libp2p.multiformats;

/// The unsigned varint: seven bits a byte, the lowest first, the highest bit of a byte set if more
/// follow ([multiformats/unsigned-varint](https://github.com/multiformats/unsigned-varint)).
///
/// Nothing but the shortest form is read, so a number has one encoding.
public final class Uvarint {

    /// The longest of the multiformats: 63 bits.
    public static final int MAX_BYTES = 9;

    /// The longest of Protocol Buffers: 64 bits.
    public static final int MAX_BYTES_64 = 10;

    private Uvarint() {}

    /// The shortest form of a number.
    ///
    /// @param value 0..2^63-1
    public static Bytes encode(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("varint: " + value + " (expected: >= 0)");
        }
        return new ByteWriter().uvarint(value).toBytes();
    }

    /// Reads one, which is all there is.
    ///
    /// @throws MalformedInput if it is cut short, over [#MAX_BYTES], longer than it need be, or not
    ///   alone
    public static long decode(Bytes encoded) {
        var reader = new ByteReader("varint", encoded);
        long value = reader.uvarint();
        reader.end();
        return value;
    }

    /// How many bytes the shortest form of an unsigned 64-bit number has: 1..10.
    public static int length(long value) {
        return Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(value) + 6) / 7);
    }
}
