package dev.millrace.domain.event;

import java.util.Arrays;
import java.util.HexFormat;

/// An immutable run of bytes, equal by content.
public final class Bytes {

    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    /// A copy of `content`.
    public static Bytes copyOf(byte[] content) {
        return new Bytes(content.clone());
    }

    /// A copy of these bytes.
    public byte[] toArray() {
        return content.clone();
    }

    public int length() {
        return content.length;
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
