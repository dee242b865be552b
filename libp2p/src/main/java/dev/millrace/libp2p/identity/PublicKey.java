package dev.millrace.libp2p.identity;

import dev.millrace.libp2p.multiformats.Bytes;
import dev.millrace.libp2p.multiformats.MalformedInput;
import dev.millrace.libp2p.protobuf.MessageReader;
import dev.millrace.libp2p.protobuf.MessageWriter;

/// The key that a peer is known by ([libp2p peer
/// ids](https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md)).
///
/// A key has one encoding, because its hash is the peer's id: any other form of the same message,
/// and of the DER within it, is refused.
///
/// @param type what sort of key
/// @param data the key, in the form that its type says
public record PublicKey(KeyType type, Bytes data) {

    /// The longest data: an RSA key of 8,192 bits has 1,062 bytes.
    public static final int MAX_DATA_BYTES = 1_100;

    /// The longest encoding.
    public static final int MAX_BYTES = MAX_DATA_BYTES + 5;

    private static final int TYPE = 1;
    private static final int DATA = 2;

    /// @throws MalformedInput if the data is no key of the type
    public PublicKey {
        Keys.check(type, data);
    }

    /// Reads the key message.
    ///
    /// @throws MalformedInput if it is anything but what [#encode] writes
    public static PublicKey decode(Bytes encoded) {
        return read(new MessageReader("public key", encoded));
    }

    /// Reads the key message to its end.
    ///
    /// @throws MalformedInput if it is anything but what [#encode] writes
    public static PublicKey read(MessageReader message) {
        // Both fields are written even at their default: so it was before proto3, and ids depend on
        // it.
        var type = KeyType.of(message.requiredVarint(TYPE));
        var data = message.requiredBytes(DATA, MAX_DATA_BYTES);
        message.end();
        return new PublicKey(type, data);
    }

    /// The key message.
    public Bytes encode() {
        return new MessageWriter()
                .requiredVarint(TYPE, type.code())
                .requiredBytes(DATA, data)
                .toBytes();
    }

    public PeerId peerId() {
        return PeerId.of(this);
    }

    /// Whether signatures by keys of this type can be checked here. If not, no signature is valid.
    public boolean canVerify() {
        return type != KeyType.SECP256K1;
    }

    /// Whether a signature of a message was made with the private half of this key.
    ///
    /// Never throws, whatever the bytes: what is no signature, or by no point of the curve, is
    /// false. Takes about a millisecond of processor time; from any thread.
    public boolean verify(Bytes message, Bytes signature) {
        return canVerify() && Keys.verify(type, data, message, signature);
    }
}
