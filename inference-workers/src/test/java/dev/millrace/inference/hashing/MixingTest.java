package dev.millrace.inference.hashing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MixingTest {

    @Test
    void hashesAsFnv1aIsPublished() {
        assertThat(fnv("")).isEqualTo(0xcbf29ce484222325L);
        assertThat(fnv("a")).isEqualTo(0xaf63dc4c8601ec8cL);
        assertThat(fnv("foobar")).isEqualTo(0x85944171f73967e8L);
    }

    @Test
    void hashesTheOctetsOfUtf8() {
        for (var text : new String[] {"é", "ß", "€", "語", "𝄞", "ÿĀ", "\uffff"}) {
            long expected = Mixing.fnv();
            for (byte octet : text.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
                expected = (expected ^ (octet & 0xFF)) * 0x100000001b3L;
            }

            assertThat(fnv(text)).as(text).isEqualTo(expected);
        }
    }

    @Test
    void drawsWhatSplitMix64IsPublishedToDraw() {
        assertThat(Mixing.splitMix(1234567, 0)).isEqualTo(6457827717110365317L);
        assertThat(Mixing.splitMix(1234567, 1)).isEqualTo(3203168211198807973L);
        assertThat(Mixing.splitMix(1234567, 2))
                .isEqualTo(Long.parseUnsignedLong("9817491932198370423"));
    }

    private static long fnv(String text) {
        return text.codePoints()
                .asLongStream()
                .reduce(Mixing.fnv(), (h, c) -> Mixing.fnv(h, (int) c));
    }
}
