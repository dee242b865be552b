package dev.millrace.libp2p.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.libp2p.Damage;
import dev.millrace.libp2p.Vectors;
import dev.millrace.libp2p.multiformats.Bytes;
import dev.millrace.libp2p.multiformats.MalformedInput;
import dev.millrace.libp2p.multiformats.Multibase;
import dev.millrace.libp2p.multiformats.Multihash;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PeerIdTest {

    private static final String HASHED = "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N";

    @Test
    void idsAreThoseOfTheVectors() {
        for (var name : new String[] {"A", "B"}) {
            var key = "/keys/" + name;
            var id = PublicKey.decode(Vectors.bytes(key + "/publicKeyProtobuf")).peerId();

            assertThat(id.encode()).isEqualTo(Vectors.bytes(key + "/peerIdBytes"));
            assertThat(id).hasToString(Vectors.text(key + "/peerId"));
            assertThat(id.toCid()).isEqualTo(Vectors.text(key + "/peerIdCid"));
            assertThat(PeerId.parse(Vectors.text(key + "/peerId"))).isEqualTo(id);
            assertThat(PeerId.parse(Vectors.text(key + "/peerIdCid"))).isEqualTo(id);
            assertThat(PeerId.decode(Vectors.bytes(key + "/peerIdBytes"))).isEqualTo(id);
        }
    }

    /// Of the peer id specification.
    @Test
    void oneIdHasTwoSpellings() {
        var id = PeerId.parse(HASHED);

        assertThat(PeerId.parse("bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe"))
                .isEqualTo(id);
        assertThat(id.encode())
                .hasToString(
                        "12209dff3b17d74cf4d38a50d8b6383e92d181a10395a5e73a726dcccbd21bf6f0b9");
        assertThat(id.publicKey()).isEmpty();
        assertThat(PeerId.parse(id.toCid())).isEqualTo(id).hasToString(HASHED);
    }

    @Test
    void cidsAreReadInEveryBase() {
        var id = PeerId.parse(HASHED);
        var cid = Multibase.decode(id.toCid());
        for (var base : Multibase.values()) {
            assertThat(PeerId.parse(base.encode(cid))).isEqualTo(id);
        }
    }

    @Test
    void keyThatIsShortEnoughIsInTheId() {
        var key = PublicKey.decode(Vectors.bytes("/keys/A/publicKeyProtobuf"));

        assertThat(key.peerId().publicKey()).contains(key);
        assertThat(key.peerId().isOf(key)).isTrue();
        assertThat(PeerId.parse(HASHED).isOf(key)).isFalse();
    }

    @Test
    void whatIsNoIdSaysWhy() {
        refused("", "multibase: an empty text");
        refused("Qm", "multihash: byte 1: a length of 98, where 0 bytes follow");
        refused("1", "multihash: byte 1: 0 bytes left (expected: 1)");
        refused(
                "12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeS0",
                "base58btc: character 51: no digit of it: \"0\"");
        refused(
                "hello",
                "multibase: character 0: an unknown base \"h\" (expected: one of f b k z u)");
        refused("f0172", "peer id: byte 2: 0 bytes left (expected: 1)");
        refused("f00721220", "peer id: byte 0: a CID of version 0x0 (expected: 0x1)");
        refused("f0170", "peer id: byte 1: a CID of content type 0x70 (expected: 0x72)");
        refused("f01721301ff", "peer id: a multihash by 0x13 (expected: 0x00 or 0x12)");
        refused(
                "f017200026162",
                "public key: byte 0: field 12 of wire type 1, which is unknown or out of order here");
        assertThatExceptionOfType(MalformedInput.class)
                .isThrownBy(() -> new PeerId(Multihash.identity(Bytes.copyOf(new byte[43]))))
                .withMessage("peer id: a key of 43 bytes that is not hashed (expected: 0..42)");
    }

    @Test
    void damageIsReadAsItIsOrRefused() {
        var damage =
                new Damage()
                        .all(Vectors.bytes("/keys/A/peerIdBytes"), PeerIdTest::again)
                        .all(PeerId.parse(HASHED).encode(), PeerIdTest::again);
        var random = new Random(3);
        for (int i = 0; i < 10_000; i++) {
            damage.noise(random, 44, PeerIdTest::again);
        }

        assertThat(damage.read()).isGreaterThanOrEqualTo(512);
        assertThat(damage.refused()).isGreaterThan(10_000);
    }

    private static Bytes again(Bytes encoded) {
        return PeerId.decode(encoded).encode();
    }

    private static void refused(String text, String message) {
        assertThatExceptionOfType(MalformedInput.class)
                .isThrownBy(() -> PeerId.parse(text))
                .withMessage(message);
    }
}
