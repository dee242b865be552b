package dev.millrace.site.identity;

import java.security.interfaces.EdECPublicKey;
import java.util.Arrays;

/// The libp2p peer id of an Ed25519 key: the identity multihash of the public key's protobuf, in
/// base58 (libp2p specification, `peer-ids`). Starts with `12D3KooW`.
public record PeerId(String text) {

    private static final int KEY_BYTES = 32;

    /// Multihash `identity`, 36 bytes; then the protobuf: field 1, type Ed25519; field 2, 32 bytes.
    private static final byte[] PREFIX = {0x00, 0x24, 0x08, 0x01, 0x12, 0x20};

    /// The peer id of a key in its raw form.
    ///
    /// @param publicKey 32 bytes (RFC 8032)
    static PeerId of(byte[] publicKey) {
        if (publicKey.length != KEY_BYTES) {
            throw new IllegalArgumentException(
                    "publicKey: %d bytes (expected: %d)".formatted(publicKey.length, KEY_BYTES));
        }
        var bytes = Arrays.copyOf(PREFIX, PREFIX.length + KEY_BYTES);
        System.arraycopy(publicKey, 0, bytes, PREFIX.length, KEY_BYTES);
        return new PeerId(Base58.encode(bytes));
    }

    /// The peer id of a key. Its X.509 form (RFC 8410) ends with the raw one.
    static PeerId of(EdECPublicKey key) {
        var encoded = key.getEncoded();
        return of(Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length));
    }

    @Override
    public String toString() {
        return text;
    }
}
