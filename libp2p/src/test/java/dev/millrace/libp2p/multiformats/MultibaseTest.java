package dev.millrace.libp2p.multiformats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MultibaseTest {

    private static final List<Multibase> BASES = List.of(Multibase.values());

    /// Of multiformats/multibase, `tests/basic.csv`, `leading_zero.csv` and
    /// `two_leading_zeros.csv`.
    private static final Map<Multibase, String[]> SPECIFIED =
            Map.of(
                    Multibase.BASE16,
                    new String[] {
                        "f796573206d616e692021",
                        "f00796573206d616e692021",
                        "f0000796573206d616e692021"
                    },
                    Multibase.BASE32,
                    new String[] {
                        "bpfsxgidnmfxgsibb", "bab4wk4zanvqw42jaee", "baaahszltebwwc3tjeaqq"
                    },
                    Multibase.BASE36,
                    new String[] {"k2lcpzo5yikidynfl", "k02lcpzo5yikidynfl", "k002lcpzo5yikidynfl"},
                    Multibase.BASE58BTC,
                    new String[] {"z7paNL19xttacUY", "z17paNL19xttacUY", "z117paNL19xttacUY"},
                    Multibase.BASE64URL,
                    new String[] {"ueWVzIG1hbmkgIQ", "uAHllcyBtYW5pICE", "uAAB5ZXMgbWFuaSAh"});

    @Test
    void textIsThatOfTheSpecification() {
        var plain = Bytes.utf8("yes mani !");
        SPECIFIED.forEach((base, texts) -> {
            for (int zeros = 0; zeros < texts.length; zeros++) {
                var bytes = new ByteWriter();
                for (int i = 0; i < zeros; i++) {
                    bytes.u8(0);
                }
                var whole = bytes.bytes(plain).toBytes();
                assertThat(base.encode(whole)).isEqualTo(texts[zeros]);
                assertThat(Multibase.decode(texts[zeros])).isEqualTo(whole);
            }
        });
        assertThat(SPECIFIED).containsOnlyKeys(Multibase.values());
    }

    @Test
    void everyRunOfBytesComesBackInEveryBase() {
        for (long seed = 0; seed < 2_000; seed++) {
            var random = new Random(seed);
            var bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);
            for (int zeros = random.nextInt(4); zeros > 0 && zeros <= bytes.length; zeros--) {
                bytes[zeros - 1] = 0;
            }
            for (var base : Multibase.values()) {
                var text = base.encode(Bytes.copyOf(bytes));

                assertThat(Multibase.decode(text)).isEqualTo(Bytes.copyOf(bytes));
                assertThat(base.decodeBare(text.substring(1))).isEqualTo(Bytes.copyOf(bytes));
            }
        }
    }

    /// Whatever text is read is the one that is written: no bytes have two spellings in a base.
    @Test
    void everyTextThatIsReadIsTheOneThatIsWritten() {
        int read = 0;
        for (long seed = 0; seed < 20_000; seed++) {
            var random = new Random(seed);
            var base = BASES.get(random.nextInt(BASES.size()));
            var digits = new StringBuilder(base.encode(Bytes.EMPTY));
            for (int left = random.nextInt(12); left > 0; left--) {
                digits.append(
                        (char) (random.nextInt(20) == 0 ? random.nextInt(0x200) : digit(random)));
            }
            try {
                assertThat(base.encode(Multibase.decode(digits.toString())))
                        .isEqualTo(digits.toString());
                read++;
            } catch (MalformedInput malformed) {
                assertThat(malformed.getMessage()).contains("character ");
            }
        }
        assertThat(read).isGreaterThan(1_000);
    }

    @Test
    void whatIsRefusedSaysWhere() {
        refused("", "multibase: an empty text");
        refused(
                "x00",
                "multibase: character 0: an unknown base \"x\" (expected: one of f b k z u)");
        refused("zl0", "base58btc: character 1: no digit of it: \"l\"");
        refused("z1\u00e4", "base58btc: character 2: no digit of it: \"\\u00e4\"");
        refused("f0", "base16: character 1: a digit that begins no byte");
        refused("bab", "base32: character 2: bits beyond the last byte");
        refused("baaa", "base32: character 3: a digit that begins no byte");
        refused("bAE", "base32: character 1: no digit of it: \"A\"");
        refused("uAA==", "base64url: character 3: no digit of it: \"=\"");
        refused("z".repeat(1_025), "multibase: 1025 characters (expected: 0..1024)");
    }

    private static int digit(Random random) {
        return "abcdefghijklmnopqrstuvwxyz234567".charAt(random.nextInt(32));
    }

    private static void refused(String text, String message) {
        assertThatExceptionOfType(MalformedInput.class)
                .isThrownBy(() -> Multibase.decode(text))
                .withMessage(message);
    }
}
