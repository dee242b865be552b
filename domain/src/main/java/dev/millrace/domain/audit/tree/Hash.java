package dev.millrace.domain.audit.tree;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/// A SHA-256 in its 32 bytes, as trees hold millions of them. Immutable, equal by content.
public final class Hash {

    public static final int BYTES = 32;

    /// In place of a hash that there is none of.
    public static final Hash NONE = new Hash(new byte[BYTES]);

    private final byte[] content;

    private Hash(byte[] content) {
        this.content = content;
    }

    /// A copy of some bytes.
    ///
    /// @param content 32 bytes
    public static Hash of(byte[] content) {
        if (content.length != BYTES) {
            throw new IllegalArgumentException(
                    "hash: %d bytes (expected: %d)".formatted(content.length, BYTES));
        }
        return new Hash(content.clone());
    }

    /// The 32 bytes of `content` from `start` on.
    static Hash of(byte[] content, int start) {
        return new Hash(Arrays.copyOfRange(content, start, start + BYTES));
    }

    /// Reads what [#base64] writes, and nothing else that would decode to the same.
    public static Hash fromBase64(String text) {
        var hash = of(Base64.getDecoder().decode(text));
        if (!hash.base64().equals(text)) {
            throw new IllegalArgumentException("hash: " + text + " (expected: canonical base64)");
        }
        return hash;
    }

    public byte[] toArray() {
        return content.clone();
    }

    public String base64() {
        return Base64.getEncoder().encodeToString(content);
    }

    void copyTo(byte[] target, int start) {
        System.arraycopy(content, 0, target, start, BYTES);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Hash that && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    /// 64 lower-case hexadecimal digits.
    @Override
    public String toString() {
        return HexFormat.of().formatHex(content);
    }
}
