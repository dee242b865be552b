package dev.millrace.libp2p.identity;

import dev.millrace.libp2p.multiformats.Bytes;
import dev.millrace.libp2p.multiformats.MalformedInput;
import dev.millrace.libp2p.protobuf.MessageReader;
import dev.millrace.libp2p.protobuf.MessageWriter;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;

/// A peer's own key pair, which is Ed25519 (RFC 8032): what it signs with and is known by.
///
/// Prints as the peer id, and never shows the private half but in [#encode]. Immutable; may be used
/// from any thread. A signature takes about a millisecond of processor time.
public final class Identity {

    /// The length of the seed that a key pair grows from.
    public static final int SEED_BYTES = 32;

    private static final String ED25519 = "Ed25519";
    private static final int TYPE = 1;
    private static final int DATA = 2;
    private static final int PAIR_BYTES = SEED_BYTES + Keys.ED25519_BYTES;

    /// The form of old, with the public half twice.
    private static final int OLD_PAIR_BYTES = PAIR_BYTES + Keys.ED25519_BYTES;

    private static final Bytes PROBE = Bytes.utf8("one key pair");

    private final byte[] seed;
    private final PrivateKey key;
    private final PublicKey publicKey;
    private final PeerId peerId;

    private Identity(byte[] seed, PublicKey publicKey) {
        this.seed = seed;
        this.key = platformKey(seed);
        this.publicKey = publicKey;
        this.peerId = publicKey.peerId();
    }

    /// A new one.
    public static Identity generate(SecureRandom random) {
        var seed = new byte[SEED_BYTES];
        random.nextBytes(seed);
        return ofSeed(seed);
    }

    /// The one that grows from a seed; the same seed, the same identity.
    ///
    /// @param seed [#SEED_BYTES] that nobody else knows; copied
    public static Identity ofSeed(byte[] seed) {
        if (seed.length != SEED_BYTES) {
            throw new IllegalArgumentException(
                    "seed: %d bytes (expected: %d)".formatted(seed.length, SEED_BYTES));
        }
        var identity = new Identity(seed.clone(), derived(seed));
        if (!identity.isOnePair()) {
            throw new IllegalStateException("the JDK derived another public key than it signs for");
        }
        return identity;
    }

    /// Reads a private key message as [#encode] writes it, or in the form of old with the public
    /// half twice. Other key types are for verifying only.
    ///
    /// @throws MalformedInput if it is another message, or its halves do not belong together
    public static Identity decode(byte[] encoded) {
        var message = new MessageReader("private key", Bytes.copyOf(encoded));
        var type = KeyType.of(message.requiredVarint(TYPE));
        if (type != KeyType.ED25519) {
            throw MalformedInput.of("private key", type + " (expected: ED25519)");
        }
        var data = message.requiredBytes(DATA, OLD_PAIR_BYTES).toArray();
        message.end();
        boolean isOld = data.length == OLD_PAIR_BYTES;
        if (data.length != PAIR_BYTES && !isOld) {
            throw MalformedInput.of(
                    "private key", "%d bytes (expected: 64 or 96)".formatted(data.length));
        }
        var publicKey = new PublicKey(KeyType.ED25519, Bytes.copyOf(data, SEED_BYTES, PAIR_BYTES));
        var identity = new Identity(Arrays.copyOf(data, SEED_BYTES), publicKey);
        boolean isRepeated =
                !isOld || publicKey.data().equals(Bytes.copyOf(data, PAIR_BYTES, OLD_PAIR_BYTES));
        if (!isRepeated || !identity.isOnePair()) {
            throw MalformedInput.of("private key", "halves that do not belong together");
        }
        return identity;
    }

    /// The private key message: seed and public key. For a file that only its owner reads; it never
    /// goes over the network.
    public byte[] encode() {
        var data = Arrays.copyOf(seed, PAIR_BYTES);
        System.arraycopy(publicKey.data().toArray(), 0, data, SEED_BYTES, Keys.ED25519_BYTES);
        return new MessageWriter()
                .requiredVarint(TYPE, KeyType.ED25519.code())
                .requiredBytes(DATA, Bytes.copyOf(data))
                .toBytes()
                .toArray();
    }

    public PublicKey publicKey() {
        return publicKey;
    }

    public PeerId peerId() {
        return peerId;
    }

    /// The signature of a message, 64 bytes; the same message has the same one.
    public Bytes sign(Bytes message) {
        try {
            var signature = Signature.getInstance(ED25519);
            signature.initSign(key);
            signature.update(message.toArray());
            return Bytes.copyOf(signature.sign());
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("an identity does not sign", broken);
        }
    }

    @Override
    public String toString() {
        return peerId.toString();
    }

    private boolean isOnePair() {
        return publicKey.verify(PROBE, sign(PROBE));
    }

    /* The JDK gives the public half of a seed to nobody. But its generator draws a seed and derives from it,
     * so it is made to draw this one; whoever calls holds a signature against what comes out. */
    private static PublicKey derived(byte[] seed) {
        try {
            var generator = KeyPairGenerator.getInstance(ED25519);
            generator.initialize(NamedParameterSpec.ED25519, new Drawn(seed));
            var encoded = generator.generateKeyPair().getPublic().getEncoded();
            return new PublicKey(
                    KeyType.ED25519,
                    Bytes.copyOf(encoded, encoded.length - Keys.ED25519_BYTES, encoded.length));
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("a JDK without Ed25519", broken);
        }
    }

    private static PrivateKey platformKey(byte[] seed) {
        try {
            return KeyFactory.getInstance(ED25519)
                    .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("a JDK without Ed25519", broken);
        }
    }

    /// Draws what it was given.
    private static final class Drawn extends SecureRandom {

        private final byte[] seed;

        Drawn(byte[] seed) {
            this.seed = seed;
        }

        @Override
        public void nextBytes(byte[] target) {
            System.arraycopy(seed, 0, target, 0, target.length);
        }
    }
}
