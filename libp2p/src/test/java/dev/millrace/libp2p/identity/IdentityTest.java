package dev.millrace.libp2p.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.libp2p.Vectors;
import dev.millrace.libp2p.multiformats.Bytes;
import dev.millrace.libp2p.multiformats.MalformedInput;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class IdentityTest {

    /// Of the peer id specification.
    private static final Bytes SPECIFIED =
            Bytes.hex(
                    "080112407e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d"
                            + "1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e");

    @Test
    void identitiesAreThoseOfTheVectors() {
        for (var name : new String[] {"A", "B"}) {
            var key = "/keys/" + name;
            var identity = Identity.ofSeed(Vectors.bytes(key + "/seed").toArray());

            assertThat(identity.publicKey().data()).isEqualTo(Vectors.bytes(key + "/publicKey"));
            assertThat(identity.publicKey().encode())
                    .isEqualTo(Vectors.bytes(key + "/publicKeyProtobuf"));
            assertThat(Bytes.copyOf(identity.encode()))
                    .isEqualTo(Vectors.bytes(key + "/privateKeyProtobuf"));
            assertThat(identity.peerId()).hasToString(Vectors.text(key + "/peerId"));
        }
    }

    @Test
    void identityOfTheSpecificationIsRead() {
        var identity = Identity.decode(SPECIFIED.toArray());

        assertThat(identity).hasToString("12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq");
        assertThat(Bytes.copyOf(identity.encode())).isEqualTo(SPECIFIED);
    }

    /// RFC 8032, 7.1, test 2.
    @Test
    void signaturesAreThoseOfTheRfc() {
        var identity =
                Identity.ofSeed(
                        Bytes.hex(
                                        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
                                .toArray());

        assertThat(identity.publicKey().data())
                .hasToString("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        assertThat(identity.sign(Bytes.hex("72")))
                .hasToString(
                        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    }

    @Test
    void identitiesComeBack() {
        for (int i = 0; i < 20; i++) {
            var identity = Identity.generate(new SecureRandom());
            var again = Identity.decode(identity.encode());
            var message = Bytes.utf8("message " + i);

            assertThat(again.peerId()).isEqualTo(identity.peerId());
            assertThat(again.sign(message)).isEqualTo(identity.sign(message));
            assertThat(identity.publicKey().verify(message, again.sign(message))).isTrue();
        }
    }

    @Test
    void privateKeyOfOldIsReadAndWrittenAnew() {
        var current = SPECIFIED.toString();
        var old = Bytes.hex("08011260" + current.substring(8) + current.substring(8 + 64));

        assertThat(Bytes.copyOf(Identity.decode(old.toArray()).encode())).isEqualTo(SPECIFIED);
        var other = old.toArray();
        other[other.length - 1] ^= 1;
        refused(other, "private key: halves that do not belong together");
    }

    @Test
    void halvesThatDoNotBelongTogetherAreRefused() {
        for (int i = 4; i < SPECIFIED.length(); i++) {
            var changed = SPECIFIED.toArray();
            changed[i] ^= 4;
            refused(changed, "private key: halves that do not belong together");
        }
    }

    @Test
    void otherKeysAreNoIdentity() {
        refused(new byte[0], "private key: byte 0: the end (expected: field 1)");
        refused(Bytes.hex("0800120101").toArray(), "private key: RSA (expected: ED25519)");
        refused(Bytes.hex("0801120101").toArray(), "private key: 1 bytes (expected: 64 or 96)");
        refused(
                Bytes.hex("0801126100").toArray(),
                "private key: byte 3: a length of 97 (expected: 0..96)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Identity.ofSeed(new byte[31]))
                .withMessage("seed: 31 bytes (expected: 32)");
    }

    private static void refused(byte[] encoded, String message) {
        assertThatExceptionOfType(MalformedInput.class)
                .isThrownBy(() -> Identity.decode(encoded))
                .withMessage(message);
    }
}
