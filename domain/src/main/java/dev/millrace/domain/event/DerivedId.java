package dev.millrace.domain.event;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.UUID;

/// Identifiers that follow from what they name, so that doing a thing twice names it once.
///
/// A UUIDv8 (RFC 9562 §5.8): the first 122 bits of a SHA-256 over the length-prefixed parts, with
/// the version and variant bits set.
public final class DerivedId {

    private static final long VERSION_8 = 0x8000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    private DerivedId() {}

    /// The identifier of what `parts` describe.
    ///
    /// @param purpose keeps identifiers of different things apart, for instance `document`
    public static UUID of(String purpose, String... parts) {
        var digest = Digest.sha256();
        update(digest, purpose);
        for (var part : parts) {
            update(digest, part);
        }
        var bits = ByteBuffer.wrap(digest.digest());
        long high = (bits.getLong() & ~0xF000L) | VERSION_8;
        long low = (bits.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | VARIANT;
        return new UUID(high, low);
    }

    private static void update(MessageDigest digest, String part) {
        var bytes = part.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        digest.update(bytes);
    }
}
