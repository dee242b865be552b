package dev.millrace.libp2p.multiformats;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// A digest that says which function made it
/// ([multiformats/multihash](https://github.com/multiformats/multihash)): varint code, varint
/// length, digest.
///
/// Functions that are unknown here are read and written, as long as they keep to the bound.
///
/// @param code of the function: 0..2^63-1
/// @param digest at most [#MAX_DIGEST_BYTES]; exactly 32 of SHA-256, for a shortened one proves
///   less
public record Multihash(long code, Bytes digest) {

    /// Not a digest but the content itself.
    public static final long IDENTITY = 0x00;

    public static final long SHA2_256 = 0x12;

    public static final int MAX_DIGEST_BYTES = 128;

    /// The longest encoding: code, length, digest.
    public static final int MAX_BYTES = Uvarint.MAX_BYTES + 2 + MAX_DIGEST_BYTES;

    private static final int SHA2_256_BYTES = 32;

    public Multihash {
        if (code < 0) {
            throw new IllegalArgumentException("multihash: code: " + code + " (expected: >= 0)");
        }
        int least = code == SHA2_256 ? SHA2_256_BYTES : 0;
        int most = code == SHA2_256 ? SHA2_256_BYTES : MAX_DIGEST_BYTES;
        if (digest.length() < least || digest.length() > most) {
            throw MalformedInput.of(
                    "multihash",
                    "a digest of %d bytes by 0x%x (expected: %d..%d)"
                            .formatted(digest.length(), code, least, most));
        }
    }

    /// The content as it is.
    ///
    /// @param content at most [#MAX_DIGEST_BYTES]
    public static Multihash identity(Bytes content) {
        return new Multihash(IDENTITY, content);
    }

    /// The SHA-256 of the content.
    public static Multihash sha256(Bytes content) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(content.shared());
            return new Multihash(SHA2_256, Bytes.copyOf(digest));
        } catch (NoSuchAlgorithmException broken) {
            throw new IllegalStateException("a JDK without SHA-256", broken);
        }
    }

    /// Reads one, which is all there is.
    ///
    /// @throws MalformedInput if it is anything but what [#encode] writes
    public static Multihash decode(Bytes encoded) {
        var reader = new ByteReader("multihash", encoded);
        var multihash = read(reader);
        reader.end();
        return multihash;
    }

    /// Reads one and leaves what follows.
    ///
    /// @throws MalformedInput if it is anything but what [#encode] writes
    public static Multihash read(ByteReader reader) {
        long code = reader.uvarint();
        int start = reader.position();
        var digest = reader.prefixed(MAX_DIGEST_BYTES);
        if (code == SHA2_256 && digest.length() != SHA2_256_BYTES) {
            throw reader.refusedAt(
                    start,
                    "a SHA-256 digest of %d bytes (expected: %d)"
                            .formatted(digest.length(), SHA2_256_BYTES));
        }
        return new Multihash(code, digest);
    }

    public Bytes encode() {
        return new ByteWriter().uvarint(code).prefixed(digest).toBytes();
    }

    /// The code and the digest in hex.
    @Override
    public String toString() {
        return "0x%x:%s".formatted(code, digest);
    }
}
