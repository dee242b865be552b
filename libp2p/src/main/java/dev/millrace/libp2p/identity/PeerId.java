package dev.millrace.libp2p.identity;

import dev.millrace.libp2p.multiformats.ByteReader;
import dev.millrace.libp2p.multiformats.ByteWriter;
import dev.millrace.libp2p.multiformats.Bytes;
import dev.millrace.libp2p.multiformats.MalformedInput;
import dev.millrace.libp2p.multiformats.Multibase;
import dev.millrace.libp2p.multiformats.Multihash;
import java.util.Optional;

/// What a peer is called: the multihash of its public key's message ([libp2p peer
/// ids](https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md)).
///
/// A message of at most 42 bytes is not hashed but is the id, so such an id holds the key; a longer
/// one is hashed with SHA-256. Two ids are equal if their multihashes are, however they were
/// spelled.
///
/// @param multihash the key message itself, or its SHA-256
public record PeerId(Multihash multihash) {

    /// The longest encoding, that of an id which holds its key.
    public static final int MAX_BYTES = 44;

    private static final int MAX_INLINE_BYTES = 42;
    private static final int CID_V1 = 1;
    private static final int LIBP2P_KEY = 0x72;

    /// @throws MalformedInput if the multihash is of another function, or holds no key
    public PeerId {
        if (multihash.code() == Multihash.IDENTITY) {
            int length = multihash.digest().length();
            if (length > MAX_INLINE_BYTES) {
                throw MalformedInput.of(
                        "peer id",
                        "a key of %d bytes that is not hashed (expected: 0..%d)"
                                .formatted(length, MAX_INLINE_BYTES));
            }
            inlineKey(multihash);
        } else if (multihash.code() != Multihash.SHA2_256) {
            throw MalformedInput.of(
                    "peer id",
                    "a multihash by 0x%x (expected: 0x00 or 0x12)".formatted(multihash.code()));
        }
    }

    /// The id of whoever has the private half of a key.
    public static PeerId of(PublicKey key) {
        var message = key.encode();
        return new PeerId(
                message.length() <= MAX_INLINE_BYTES
                        ? Multihash.identity(message)
                        : Multihash.sha256(message));
    }

    /// Reads the multihash.
    ///
    /// @throws MalformedInput if it is anything but what [#encode] writes
    public static PeerId decode(Bytes encoded) {
        return new PeerId(Multihash.decode(encoded));
    }

    /// Reads both spellings: base58 without a prefix, which begins with `1` or `Qm`, and a CID of
    /// version 1 in any multibase.
    ///
    /// @throws MalformedInput if it is neither
    public static PeerId parse(String text) {
        if (text.startsWith("1") || text.startsWith("Qm")) {
            return decode(Multibase.BASE58BTC.decodeBare(text));
        }
        var reader = new ByteReader("peer id", Multibase.decode(text));
        require(reader, CID_V1, "a CID of version");
        require(reader, LIBP2P_KEY, "a CID of content type");
        var multihash = Multihash.read(reader);
        reader.end();
        return new PeerId(multihash);
    }

    /// The multihash, as protocols carry it.
    public Bytes encode() {
        return multihash.encode();
    }

    /// The key, if the id holds it: those of Ed25519 and secp256k1 do.
    public Optional<PublicKey> publicKey() {
        return multihash.code() == Multihash.IDENTITY
                ? Optional.of(inlineKey(multihash))
                : Optional.empty();
    }

    /// Whether this is the id of a key.
    public boolean isOf(PublicKey key) {
        return equals(of(key));
    }

    /// The spelling as a CID of version 1 in base 32, which begins with `b`.
    public String toCid() {
        return Multibase.BASE32.encode(
                new ByteWriter().uvarint(CID_V1).uvarint(LIBP2P_KEY).bytes(encode()).toBytes());
    }

    /// The usual spelling: base58 without a prefix.
    @Override
    public String toString() {
        return Multibase.BASE58BTC.encodeBare(encode());
    }

    private static PublicKey inlineKey(Multihash multihash) {
        return PublicKey.decode(multihash.digest());
    }

    private static void require(ByteReader reader, int expected, String what) {
        int at = reader.position();
        long found = reader.uvarint();
        if (found != expected) {
            throw reader.refusedAt(at, "%s 0x%x (expected: 0x%x)".formatted(what, found, expected));
        }
    }
}
