package dev.millrace.libp2p.multiformats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.libp2p.Damage;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UvarintTest {

    /// Of multiformats/unsigned-varint.
    private static final Map<Long, String> SPECIFIED =
            Map.of(
                    1L, "01", 127L, "7f", 128L, "8001", 255L, "ff01", 300L, "ac02", 16_384L,
                    "808001");

    @Test
    void numbersHaveTheBytesOfTheSpecification() {
        SPECIFIED.forEach((number, hex) -> {
            assertThat(Uvarint.encode(number)).hasToString(hex);
            assertThat(Uvarint.decode(Bytes.hex(hex))).isEqualTo(number);
        });
    }

    @Test
    void everyNumberOf63BitsComesBack() {
        var random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            long number = random.nextLong() >>> (1 + random.nextInt(63));
            var encoded = Uvarint.encode(number);

            assertThat(Uvarint.decode(encoded)).isEqualTo(number);
            assertThat(encoded.length()).isEqualTo(Uvarint.length(number));
        }
        assertThat(Uvarint.decode(Uvarint.encode(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE);
        assertThat(Uvarint.encode(Long.MAX_VALUE).length()).isEqualTo(Uvarint.MAX_BYTES);
        assertThatIllegalArgumentException().isThrownBy(() -> Uvarint.encode(-1));
    }

    @Test
    void whatIsNoShortestFormIsRefusedWithItsCause() {
        refused("", "varint: byte 0: 0 bytes left (expected: 1)");
        refused("80", "varint: byte 1: 0 bytes left (expected: 1)");
        refused("8000", "varint: byte 0: a varint with a needless last byte");
        refused("818000", "varint: byte 0: a varint with a needless last byte");
        refused("0100", "varint: byte 1: 1 bytes after the end");
        refused("ffffffffffffffffff01", "varint: byte 0: a varint of more than 63 bits");
        refused("80808080808080808001", "varint: byte 0: a varint of more than 63 bits");
    }

    @Test
    void protobufHasOneBitMore() {
        var all = new ByteReader("number", Bytes.hex("ffffffffffffffffff01"));
        assertThat(all.uvarint64()).isEqualTo(-1);
        assertThat(new ByteWriter().uvarint(-1).toBytes()).hasToString("ffffffffffffffffff01");
        for (var over : new String[] {"ffffffffffffffffff02", "ffffffffffffffffff8101"}) {
            var reader = new ByteReader("number", Bytes.hex(over));
            assertThatExceptionOfType(MalformedInput.class)
                    .isThrownBy(reader::uvarint64)
                    .withMessage("number: byte 0: a varint of more than 64 bits");
        }
    }

    @Test
    void damageIsReadAsItIsOrRefused() {
        var damage = new Damage();
        for (long number : new long[] {0, 127, 128, 300, 1L << 35, Long.MAX_VALUE}) {
            damage.all(Uvarint.encode(number), UvarintTest::again);
        }

        assertThat(damage.read()).isPositive();
        assertThat(damage.refused()).isPositive();
    }

    private static Bytes again(Bytes encoded) {
        return Uvarint.encode(Uvarint.decode(encoded));
    }

    private static void refused(String hex, String message) {
        assertThatExceptionOfType(MalformedInput.class)
                .isThrownBy(() -> Uvarint.decode(Bytes.hex(hex)))
                .withMessage(message);
    }
}
