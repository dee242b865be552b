package dev.millrace.libp2p.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.libp2p.Damage;
import dev.millrace.libp2p.Vectors;
import dev.millrace.libp2p.multiformats.Bytes;
import dev.millrace.libp2p.multiformats.MalformedInput;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PublicKeyTest {

    private static final Bytes MESSAGE = Bytes.utf8("a message");

    /// Of the peer id specification.
    private static final Bytes ED25519 =
            Bytes.hex("080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e");

    private static final Bytes SECP256K1 =
            Bytes.hex("08021221037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99");
    private static final Bytes ECDSA =
            Bytes.hex(
                    "0803125b3059301306072a8648ce3d020106082a8648ce3d03010703420004de3d300fa36ae0e8"
                            + "f5d530899d83abab44abf3161f162a4bc901d8e6ecda020e8b6d5f8da30525e71d685151"
                            + "0c098e5c47c646a597fb4dcec034e9f77c409e62");

    private static final Map<Integer, KeyPair> RSA = new HashMap<>();

    @Test
    void keysOfTheSpecificationAreRead() {
        assertThat(PublicKey.decode(ED25519).peerId())
                .hasToString("12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq");
        assertThat(PublicKey.decode(ECDSA).peerId().toString()).startsWith("Qm");
        assertThat(PublicKey.decode(SECP256K1).peerId().toString()).startsWith("16Uiu2");
        assertThat(PublicKey.decode(SECP256K1).peerId().publicKey())
                .contains(PublicKey.decode(SECP256K1));
        for (var encoded : new Bytes[] {ED25519, ECDSA, SECP256K1}) {
            assertThat(PublicKey.decode(encoded).encode()).isEqualTo(encoded);
        }
    }

    @Test
    void keysAndSignaturesOfAnotherImplementationAreRight() {
        var vectors = Vectors.json("keys.json");
        var message = Bytes.utf8(vectors.get("message").asText());
        assertThat(vectors.get("keys")).hasSize(8);
        for (var vector : vectors.get("keys")) {
            var encoded = Bytes.hex(vector.get("publicKey").asText());
            var signature = Bytes.hex(vector.get("signature").asText());
            var key = PublicKey.decode(encoded);

            assertThat(key.type()).hasToString(vector.get("type").asText());
            assertThat(key.encode()).isEqualTo(encoded);
            assertThat(key.peerId()).hasToString(vector.get("peerId").asText());
            assertThat(key.peerId().toCid()).isEqualTo(vector.get("cid").asText());
            assertThat(PeerId.parse(vector.get("cid").asText())).isEqualTo(key.peerId());
            assertThat(key.verify(message, signature)).isEqualTo(key.canVerify());
            assertThat(key.verify(MESSAGE, signature)).isFalse();
        }
    }

    @Test
    void rsaSignaturesAreVerified() throws GeneralSecurityException {
        var pair = rsa(2_048);
        var key = new PublicKey(KeyType.RSA, Bytes.copyOf(pair.getPublic().getEncoded()));
        var signature = signed("SHA256withRSA", pair);

        assertThat(PublicKey.decode(key.encode())).isEqualTo(key);
        assertThat(key.encode().toString()).startsWith("0800");
        assertThat(key.peerId().toString()).startsWith("Qm");
        assertThat(key.verify(MESSAGE, signature)).isTrue();
        assertThat(key.verify(Bytes.utf8("another"), signature)).isFalse();
        assertThat(key.verify(MESSAGE, Bytes.EMPTY)).isFalse();
    }

    @Test
    void ecdsaSignaturesAreVerified() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        var pair = generator.generateKeyPair();
        var key = new PublicKey(KeyType.ECDSA, Bytes.copyOf(pair.getPublic().getEncoded()));
        var signature = signed("SHA256withECDSA", pair);

        assertThat(key.verify(MESSAGE, signature)).isTrue();
        assertThat(key.verify(Bytes.utf8("another"), signature)).isFalse();
        assertThat(key.verify(MESSAGE, signature.slice(0, 10))).isFalse();
        assertThat(PublicKey.decode(ECDSA).verify(MESSAGE, signature)).isFalse();
    }

    @Test
    void flippedBitsNeverVerifyAndNeverThrow() {
        var identity = Identity.ofSeed(Vectors.bytes("/keys/A/seed").toArray());
        var signature = identity.sign(MESSAGE);
        assertThat(identity.publicKey().verify(MESSAGE, signature)).isTrue();
        for (int bit = 0; bit < signature.length() * Byte.SIZE; bit += 5) {
            assertThat(identity.publicKey().verify(MESSAGE, flipped(signature, bit))).isFalse();
        }
        for (int bit = 0; bit < 256; bit += 3) {
            var data = flipped(identity.publicKey().data(), bit);
            assertThat(new PublicKey(KeyType.ED25519, data).verify(MESSAGE, signature)).isFalse();
        }
        for (int length : new int[] {0, 1, 63, 65, 1_000}) {
            var other = Bytes.copyOf(new byte[length]);
            assertThat(identity.publicKey().verify(MESSAGE, other)).isFalse();
            assertThat(PublicKey.decode(ECDSA).verify(MESSAGE, other)).isFalse();
        }
    }

    @Test
    void secp256k1IsNamedAndNeverBelieved() {
        var key = PublicKey.decode(SECP256K1);

        assertThat(key.canVerify()).isFalse();
        assertThat(key.verify(MESSAGE, Bytes.hex("3006020101020101"))).isFalse();
    }

    @Test
    void keysOutsideTheirBoundsAreRefused() throws GeneralSecurityException {
        var small = Bytes.copyOf(rsa(1_024).getPublic().getEncoded());
        var curve = KeyPairGenerator.getInstance("EC");
        curve.initialize(new ECGenParameterSpec("secp384r1"));
        var p384 = Bytes.copyOf(curve.generateKeyPair().getPublic().getEncoded());

        refused(KeyType.RSA, small, "(expected: the DER SubjectPublicKeyInfo of 2048..8192 bits)");
        refused(KeyType.RSA, Bytes.EMPTY, "0 bytes that are no RSA key");
        refused(
                KeyType.ECDSA,
                p384,
                "(expected: the SubjectPublicKeyInfo of an uncompressed P-256 point)");
        refused(
                KeyType.ECDSA,
                flipped(PublicKey.decode(ECDSA).data(), 8 * 90),
                "(expected: a point of P-256)");
        refused(KeyType.ED25519, Bytes.copyOf(new byte[31]), "(expected: 32 bytes)");
        refused(
                KeyType.SECP256K1,
                Bytes.copyOf(new byte[33]),
                "(expected: 33 bytes of a compressed point)");
        assertThatExceptionOfType(MalformedInput.class)
                .isThrownBy(() -> PublicKey.decode(Bytes.hex("08041200")))
                .withMessage("key type: 4 (expected: 0..3)");
    }

    /// The platform reads the same key without the NULL behind its algorithm, too.
    @Test
    void rsaKeysHaveOneForm() throws GeneralSecurityException {
        var key = Bytes.copyOf(rsa(2_048).getPublic().getEncoded());
        var usual = "30820122300d06092a864886f70d0101010500";
        var shorter = "30820120300b06092a864886f70d010101";
        assertThat(key.toString()).startsWith(usual);
        var other = Bytes.hex(shorter + key.toString().substring(usual.length()));
        var numbers = new X509EncodedKeySpec(other.toArray());
        assertThat(KeyFactory.getInstance("RSA").generatePublic(numbers))
                .isEqualTo(rsa(2_048).getPublic());

        refused(KeyType.RSA, other, "no RSA key");
        refused(KeyType.RSA, Bytes.hex(key + "00"), "no RSA key");
    }

    @Test
    void damageIsReadAsItIsOrRefused() throws GeneralSecurityException {
        var rsa = new PublicKey(KeyType.RSA, Bytes.copyOf(rsa(2_048).getPublic().getEncoded()));
        var damage = new Damage();
        for (var encoded : new Bytes[] {ED25519, ECDSA, SECP256K1, rsa.encode()}) {
            damage.all(encoded, data -> PublicKey.decode(data).encode());
        }

        assertThat(damage.read()).isGreaterThan(500);
        assertThat(damage.refused()).isGreaterThan(500);
    }

    private static synchronized KeyPair rsa(int bits) throws GeneralSecurityException {
        var pair = RSA.get(bits);
        if (pair == null) {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            pair = generator.generateKeyPair();
            RSA.put(bits, pair);
        }
        return pair;
    }

    private static Bytes signed(String algorithm, KeyPair pair) throws GeneralSecurityException {
        var signature = Signature.getInstance(algorithm);
        signature.initSign(pair.getPrivate());
        signature.update(MESSAGE.toArray());
        return Bytes.copyOf(signature.sign());
    }

    private static Bytes flipped(Bytes bytes, int bit) {
        var flipped = bytes.toArray();
        flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
        return Bytes.copyOf(flipped);
    }

    private static void refused(KeyType type, Bytes data, String message) {
        assertThatExceptionOfType(MalformedInput.class)
                .isThrownBy(() -> new PublicKey(type, data))
                .withMessageContaining(message);
    }
}
