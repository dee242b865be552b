package dev.millrace.domain.event;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A SHA-256, written as 64 lower-case hexadecimal digits.
public record Digest(String hex) {

    private static final int HEX_DIGITS = 64;

    public Digest {
        if (hex.length() != HEX_DIGITS || !isLowerHex(hex)) {
            throw new IllegalArgumentException(
                    "digest: " + hex + " (expected: 64 lower-case hexadecimal digits)");
        }
    }

    /// The digest of some bytes.
    public static Digest of(byte[] content) {
        return new Digest(HexFormat.of().formatHex(sha256().digest(content)));
    }

    /// The digest of a text's UTF-8 bytes.
    public static Digest of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /// A fresh SHA-256, which every Java platform has.
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("SHA-256 is required of every Java platform", missing);
        }
    }

    /// The 32 bytes themselves.
    public byte[] toArray() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
        return hex;
    }

    private static boolean isLowerHex(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }
}
