package dev.millrace.domain.audit.note;

import dev.millrace.domain.event.Bytes;
import dev.millrace.domain.event.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/// A public key by which notes are checked, written `name+hash+base64` as sumdb and C2SP have it.
///
/// @param name who signs with it: no spaces, no `+`
/// @param type what its signatures say
/// @param key the 32 bytes of an Ed25519 key
public record VerifierKey(String name, Type type, Bytes key) {

    private static final int LONGEST_NAME = 255;
    private static final HexFormat HEX = HexFormat.of();

    /// What a signature of a key says, and the byte that stands for it.
    public enum Type {
        /// The note is the signer's own.
        SIGNATURE(1),
        /// The signer saw the note at a time, and that it continues what it saw before.
        COSIGNATURE(4);

        private final byte code;

        Type(int code) {
            this.code = (byte) code;
        }
    }

    public VerifierKey {
        requireName(name);
        if (key.length() != Ed25519.KEY_BYTES) {
            throw new IllegalArgumentException(
                    "verifier key %s: %d bytes (expected: %d)"
                            .formatted(name, key.length(), Ed25519.KEY_BYTES));
        }
    }

    /// Reads what [#toString] writes, and nothing else.
    public static VerifierKey parse(String text) {
        var parts = text.split("\\+", 3);
        if (parts.length == 3) {
            var coded = Base64.getDecoder().decode(parts[2]);
            for (var type : Type.values()) {
                if (coded.length == 1 + Ed25519.KEY_BYTES && coded[0] == type.code) {
                    var key = Bytes.copyOf(Arrays.copyOfRange(coded, 1, coded.length));
                    var read = new VerifierKey(parts[0], type, key);
                    if (read.toString().equals(text)) {
                        return read;
                    }
                }
            }
        }
        throw new IllegalArgumentException(
                "verifier key: " + text + " (expected: name+hash+base64, of an Ed25519 key)");
    }

    /// The first four bytes of the SHA-256 of name, line feed, type and key: names the key in a
    /// note, and protects nothing.
    public int hash() {
        var digest = Digest.sha256();
        digest.update(name.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
        digest.update(coded());
        return ByteBuffer.wrap(digest.digest()).getInt();
    }

    /// Whether a signature line was made by this key, by name and hash.
    boolean isNamedBy(SignatureLine line) {
        return line.name().equals(name) && line.keyHash() == hash();
    }

    @Override
    public String toString() {
        return "%s+%s+%s"
                .formatted(
                        name, HEX.toHexDigits(hash()), Base64.getEncoder().encodeToString(coded()));
    }

    static void requireName(String name) {
        boolean isName =
                !name.isEmpty()
                        && name.length() <= LONGEST_NAME
                        && name.codePoints()
                                .noneMatch(c ->
                                        c == '+'
                                                || c < 0x20
                                                || Character.isWhitespace(c)
                                                || Character.isSpaceChar(c)
                                                || Character.getType(c) == Character.SURROGATE
                                                || c == 0x85);
        if (!isName) {
            throw new IllegalArgumentException(
                    "key name: \"%s\" (expected: 1..%d characters, no spaces, no +)"
                            .formatted(name, LONGEST_NAME));
        }
    }

    private byte[] coded() {
        return ByteBuffer.allocate(1 + Ed25519.KEY_BYTES).put(type.code).put(key.toArray()).array();
    }
}
