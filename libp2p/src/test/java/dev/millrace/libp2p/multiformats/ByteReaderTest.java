package dev.millrace.libp2p.multiformats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class ByteReaderTest {

    @Test
    void readsWhatTheWriterWrites() {
        var written =
                new ByteWriter()
                        .u8(0xFE)
                        .u16(0xFEDC)
                        .uvarint(300)
                        .prefixed(Bytes.utf8("h\u00fc"))
                        .bytes(Bytes.hex("0102"))
                        .toBytes();
        assertThat(written).hasToString("fefedcac020368c3bc0102");

        var reader = new ByteReader("test", written);
        assertThat(reader.u8()).isEqualTo(0xFE);
        assertThat(reader.u16()).isEqualTo(0xFEDC);
        assertThat(reader.uvarint()).isEqualTo(300);
        assertThat(reader.utf8(reader.length(3))).isEqualTo("h\u00fc");
        assertThat(reader.position()).isEqualTo(9);
        assertThat(reader.rest()).hasToString("0102");
        reader.end();
    }

    @Test
    void placesInASliceAreThoseOfTheWhole() {
        var reader = new ByteReader("test", Bytes.hex("00030102ff04"));
        reader.u8();
        var slice = reader.slice(reader.length(10));
        slice.u16();

        assertThatExceptionOfType(MalformedInput.class)
                .isThrownBy(() -> slice.utf8(1))
                .withMessage("test: byte 4: a text that is not UTF-8");
        slice.u8();
        assertThatExceptionOfType(MalformedInput.class)
                .isThrownBy(slice::u8)
                .withMessage("test: byte 5: 0 bytes left (expected: 1)");
        assertThat(reader.u8()).isEqualTo(4);
    }

    @Test
    void lengthsAreHeldToWhatIsAllowedAndThere() {
        assertThatExceptionOfType(MalformedInput.class)
                .isThrownBy(() -> new ByteReader("test", Bytes.hex("0401")).length(3))
                .withMessage("test: byte 0: a length of 4 (expected: 0..3)");
        assertThatExceptionOfType(MalformedInput.class)
                .isThrownBy(
                        () -> new ByteReader("test", Bytes.hex("ffffffff0701")).prefixed(1 << 30))
                .withMessage("test: byte 0: a length of 2147483647 (expected: 0..1073741824)");
        assertThatExceptionOfType(MalformedInput.class)
                .isThrownBy(() ->
                        new ByteReader("test", Bytes.hex("ffffff7f01")).prefixed(Integer.MAX_VALUE))
                .withMessage("test: byte 0: a length of 268435455, where 1 bytes follow");
    }

    @Test
    void whatIsQuotedIsShortAndPrintable() {
        assertThat(MalformedInput.quoted("ab\n\"\\\u00e4"))
                .isEqualTo("\"ab\\u000a\\u0022\\u005c\\u00e4\"");
        assertThat(MalformedInput.quoted("x".repeat(1_000_000)))
                .isEqualTo("\"" + "x".repeat(40) + "\"...");
    }

    @Test
    void bytesAreTheirContent() {
        var content = new byte[] {1, 2, 3};
        var bytes = Bytes.copyOf(content);
        content[0] = 9;
        bytes.toArray()[1] = 9;

        assertThat(bytes).isEqualTo(Bytes.hex("010203")).hasToString("010203");
        assertThat(bytes.slice(1, 3)).isEqualTo(Bytes.hex("0203")).isNotEqualTo(bytes);
        assertThatExceptionOfType(MalformedInput.class)
                .isThrownBy(() -> Bytes.hex("0"))
                .withMessage("hex: not pairs of hex digits");
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> bytes.slice(1, 4))
                .withMessage("bytes: 1..4 (expected: in 0..3)");
    }
}
