package dev.millrace.libp2p.multiformats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.libp2p.Damage;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MultihashTest {

    @Test
    void digestsSayWhatMadeThem() {
        assertThat(Multihash.sha256(Bytes.utf8("abc")).encode())
                .hasToString(
                        "1220ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(Multihash.identity(Bytes.utf8("abc")).encode()).hasToString("0003616263");
        assertThat(Multihash.identity(Bytes.EMPTY).encode()).hasToString("0000");
    }

    @Test
    void functionsThatAreUnknownAreCarried() {
        var sha512 = new Multihash(0x13, Bytes.copyOf(new byte[64]));

        assertThat(Multihash.decode(sha512.encode())).isEqualTo(sha512);
        var far = new Multihash(Long.MAX_VALUE, Bytes.copyOf(new byte[128]));
        assertThat(Multihash.decode(far.encode())).isEqualTo(far);
        assertThat(far.encode().length()).isEqualTo(Multihash.MAX_BYTES);
    }

    @Test
    void lengthsThatLieAreRefused() {
        refused("1220ba78", "multihash: byte 1: a length of 32, where 2 bytes follow");
        refused("1202ba78", "multihash: byte 1: a SHA-256 digest of 2 bytes (expected: 32)");
        refused("00ffffffff0f61", "multihash: byte 1: a length of 4294967295 (expected: 0..128)");
        refused(
                "00ffffffffffffffff7f",
                "multihash: byte 1: a length of 9223372036854775807 (expected: 0..128)");
        refused("000361626300", "multihash: byte 5: 1 bytes after the end");
        assertThatExceptionOfType(MalformedInput.class)
                .isThrownBy(() -> new Multihash(0x13, Bytes.copyOf(new byte[129])))
                .withMessage("multihash: a digest of 129 bytes by 0x13 (expected: 0..128)");
    }

    @Test
    void damageIsReadAsItIsOrRefused() {
        var damage = new Damage();
        damage.all(Multihash.sha256(Bytes.EMPTY).encode(), MultihashTest::again);
        damage.all(Multihash.identity(Bytes.utf8("a longer one")).encode(), MultihashTest::again);
        var random = new Random(2);
        for (int i = 0; i < 10_000; i++) {
            damage.noise(random, 40, MultihashTest::again);
        }

        assertThat(damage.read()).isGreaterThan(100);
        assertThat(damage.refused()).isGreaterThan(1_000);
    }

    private static Bytes again(Bytes encoded) {
        return Multihash.decode(encoded).encode();
    }

    private static void refused(String hex, String message) {
        assertThatExceptionOfType(MalformedInput.class)
                .isThrownBy(() -> Multihash.decode(Bytes.hex(hex)))
                .withMessage(message);
    }
}
