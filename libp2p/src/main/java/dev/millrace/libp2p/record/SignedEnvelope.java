package dev.millrace.libp2p.record;

import dev.millrace.libp2p.identity.Identity;
import dev.millrace.libp2p.identity.PublicKey;
import dev.millrace.libp2p.multiformats.ByteReader;
import dev.millrace.libp2p.multiformats.ByteWriter;
import dev.millrace.libp2p.multiformats.Bytes;
import dev.millrace.libp2p.multiformats.MalformedInput;
import dev.millrace.libp2p.protobuf.MessageReader;
import dev.millrace.libp2p.protobuf.MessageWriter;

/// A payload under the signature of a peer ([RFC
/// 0002](https://github.com/libp2p/specs/blob/master/RFC/0002-signed-envelopes.md)).
///
/// The payload is shown by [#open] alone, which checks the signature first. Immutable; may be used
/// from any thread.
public final class SignedEnvelope {

    /// The longest encoding that is read or made.
    public static final int MAX_BYTES = 8 << 10;

    /// The longest code of what is in it.
    public static final int MAX_TYPE_BYTES = 64;

    /// The longest signature: of an RSA key of 8,192 bits.
    private static final int MAX_SIGNATURE_BYTES = 1_024;

    private static final String SUBJECT = "signed envelope";
    private static final int PUBLIC_KEY = 1;
    private static final int PAYLOAD_TYPE = 2;
    private static final int PAYLOAD = 3;
    private static final int SIGNATURE = 5;

    private final PublicKey signer;
    private final Bytes type;
    private final Bytes payload;
    private final Bytes signature;

    private SignedEnvelope(PublicKey signer, Bytes type, Bytes payload, Bytes signature) {
        this.signer = signer;
        this.type = type;
        this.payload = payload;
        this.signature = signature;
    }

    /// Signs a payload.
    ///
    /// @param payload so long that the envelope has at most [#MAX_BYTES]
    public static SignedEnvelope seal(Identity signer, PayloadKind kind, Bytes payload) {
        var envelope =
                new SignedEnvelope(
                        signer.publicKey(),
                        kind.code(),
                        payload,
                        signer.sign(signed(kind, payload)));
        int length = envelope.encode().length();
        if (length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "envelope: %d bytes (expected: 0..%d)".formatted(length, MAX_BYTES));
        }
        return envelope;
    }

    /// Reads an envelope, whoever signed it: [#open] checks that.
    ///
    /// @param encoded at most [#MAX_BYTES]
    /// @throws MalformedInput if it is anything but what [#encode] writes
    public static SignedEnvelope decode(Bytes encoded) {
        if (encoded.length() > MAX_BYTES) {
            throw MalformedInput.of(
                    SUBJECT, "%d bytes (expected: 0..%d)".formatted(encoded.length(), MAX_BYTES));
        }
        var message = new MessageReader(new ByteReader(SUBJECT, encoded));
        var signer = PublicKey.read(message.requiredMessage(PUBLIC_KEY, PublicKey.MAX_BYTES));
        var type = message.bytes(PAYLOAD_TYPE, MAX_TYPE_BYTES);
        var payload = message.bytes(PAYLOAD, MAX_BYTES);
        var signature = message.bytes(SIGNATURE, MAX_SIGNATURE_BYTES);
        message.end();
        return new SignedEnvelope(signer, type, payload, signature);
    }

    /// The message, as it was read or will be.
    public Bytes encode() {
        return new MessageWriter()
                .requiredBytes(PUBLIC_KEY, signer.encode())
                .bytes(PAYLOAD_TYPE, type)
                .bytes(PAYLOAD, payload)
                .bytes(SIGNATURE, signature)
                .toBytes();
    }

    /// Whose signature it claims to have.
    public PublicKey signer() {
        return signer;
    }

    /// The payload, once the signature is found to be the signer's and for this purpose.
    ///
    /// Takes about a millisecond of processor time.
    ///
    /// @throws NotAuthentic if it is not, or if keys like the signer's cannot be checked here
    public Bytes open(PayloadKind kind) throws NotAuthentic {
        if (!type.equals(kind.code())) {
            throw new NotAuthentic(
                    "envelope: a payload of type %s (expected: %s)".formatted(type, kind.code()));
        }
        if (!signer.canVerify()) {
            throw new NotAuthentic(
                    "envelope: signed with %s, which cannot be checked here"
                            .formatted(signer.type()));
        }
        if (!signer.verify(signed(kind, payload), signature)) {
            throw new NotAuthentic("envelope: no signature of " + signer.peerId());
        }
        return payload;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SignedEnvelope that && encode().equals(that.encode());
    }

    @Override
    public int hashCode() {
        return signature.hashCode();
    }

    @Override
    public String toString() {
        return "envelope of %s by %s".formatted(type, signer.peerId());
    }

    private static Bytes signed(PayloadKind kind, Bytes payload) {
        return new ByteWriter()
                .prefixed(Bytes.utf8(kind.domain()))
                .prefixed(kind.code())
                .prefixed(payload)
                .toBytes();
    }
}
