package dev.millrace.libp2p.multiformats;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/// An immutable run of bytes, equal by content; prints as lower-case hex.
///
/// Comparing takes as long as the common beginning is, so this is for public values and no secret.
public final class Bytes {

    /// No bytes at all.
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    /// A copy of `content`.
    public static Bytes copyOf(byte[] content) {
        return new Bytes(content.clone());
    }

    /// A copy of `content` from one index up to, and without, another.
    public static Bytes copyOf(byte[] content, int from, int to) {
        return new Bytes(Arrays.copyOfRange(content, from, to));
    }

    /// A text in UTF-8.
    public static Bytes utf8(String text) {
        return new Bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /// What [#toString] prints, in either case.
    ///
    /// @throws MalformedInput if `digits` are not pairs of hex digits
    public static Bytes hex(String digits) {
        try {
            return new Bytes(HexFormat.of().parseHex(digits));
        } catch (IllegalArgumentException malformed) {
            throw MalformedInput.of("hex", "not pairs of hex digits", malformed);
        }
    }

    /// A copy of these bytes.
    public byte[] toArray() {
        return content.clone();
    }

    public int length() {
        return content.length;
    }

    public boolean isEmpty() {
        return content.length == 0;
    }

    /// The byte at an index, as 0..255.
    public int at(int index) {
        return Byte.toUnsignedInt(content[index]);
    }

    /// The bytes from one index up to, and without, another.
    public Bytes slice(int from, int to) {
        if (from < 0 || from > to || to > content.length) {
            throw new IndexOutOfBoundsException(
                    "bytes: %d..%d (expected: in 0..%d)".formatted(from, to, content.length));
        }
        return copyOf(content, from, to);
    }

    /// These bytes and others behind them.
    public Bytes plus(Bytes others) {
        var joined = Arrays.copyOf(content, content.length + others.content.length);
        System.arraycopy(others.content, 0, joined, content.length, others.content.length);
        return new Bytes(joined);
    }

    /// These bytes as text, where what is not UTF-8 becomes U+FFFD.
    public String toUtf8() {
        return new String(content, StandardCharsets.UTF_8);
    }

    /// The array itself, for those who promise not to change it.
    byte[] shared() {
        return content;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(content);
    }
}
