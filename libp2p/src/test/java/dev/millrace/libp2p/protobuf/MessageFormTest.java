package dev.millrace.libp2p.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.millrace.libp2p.Damage;
import dev.millrace.libp2p.multiformats.Bytes;
import dev.millrace.libp2p.multiformats.MalformedInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MessageFormTest {

    private static final int MOST = 3;

    /// A message with every sort of field.
    private record Sample(long kind, long number, Bytes content, List<Bytes> parts) {

        static Sample random(Random random) {
            var parts = new ArrayList<Bytes>();
            for (int left = random.nextInt(MOST + 1); left > 0; left--) {
                parts.add(bytes(random));
            }
            return new Sample(
                    random.nextInt(4),
                    random.nextLong() >>> random.nextInt(64),
                    bytes(random),
                    parts);
        }

        static Bytes bytes(Random random) {
            var bytes = new byte[random.nextInt(5)];
            random.nextBytes(bytes);
            return Bytes.copyOf(bytes);
        }

        static Sample decode(Bytes encoded) {
            var message = new MessageReader("sample", encoded);
            long kind = message.requiredVarint(1);
            long number = message.varint(2);
            var content = message.bytes(5, 64);
            var parts = new ArrayList<Bytes>();
            for (var part : message.messages(17, MOST, 64)) {
                parts.add(part.bytes(1, 64));
                part.end();
            }
            message.end();
            return new Sample(kind, number, content, parts);
        }

        Bytes encode() {
            var message =
                    new MessageWriter().requiredVarint(1, kind).varint(2, number).bytes(5, content);
            for (var part : parts) {
                message.requiredBytes(17, new MessageWriter().bytes(1, part).toBytes());
            }
            return message.toBytes();
        }
    }

    @Test
    void messagesHaveOneForm() {
        var damage = new Damage();
        for (long seed = 0; seed < 300; seed++) {
            var sample = Sample.random(new Random(seed));

            assertThat(Sample.decode(sample.encode())).isEqualTo(sample);
            damage.all(sample.encode(), encoded -> Sample.decode(encoded).encode());
        }
        assertThat(damage.read()).isGreaterThan(1_000);
        assertThat(damage.refused()).isGreaterThan(1_000);
    }

    @Test
    void fieldsAreWrittenAsOthersWriteThem() {
        var sample = new Sample(0, -1, Bytes.utf8("ab"), List.of(Bytes.EMPTY, Bytes.utf8("c")));

        assertThat(sample.encode())
                .hasToString(
                        "0800" + "10ffffffffffffffffff01" + "2a026162" + "8a0100" + "8a01030a0163");
    }

    @Test
    void otherFormsOfTheSameAreRefused() {
        refused("", "sample: byte 0: the end (expected: field 1)");
        refused(
                "1001",
                "sample: byte 0: field 2 of wire type 0, which is unknown or out of order here");
        refused("08001000", "sample: byte 3: field 2: its default, written");
        refused("08002a00", "sample: byte 3: field 5: its default, written");
        refused("0800808000", "sample: byte 2: a varint with a needless last byte");
        refused(
                "08002a01611001",
                "sample: byte 5: field 2 of wire type 0, which is unknown or out of order here");
        refused(
                "08000800",
                "sample: byte 2: field 1 of wire type 0, which is unknown or out of order here");
        refused(
                "08003001",
                "sample: byte 2: field 6 of wire type 0, which is unknown or out of order here");
        refused(
                "08001500000000",
                "sample: byte 2: field 2 of wire type 5, which is unknown or out of order here");
        refused(
                "08008a01008a01008a01008a0100",
                "sample: byte 11: field 17: more than 3 (expected: 0..3)");
        refused("08008a01020a61", "sample: byte 6: a length of 97 (expected: 0..64)");
    }

    @Test
    void fieldsAreWrittenInTheirOrder() {
        assertThatIllegalStateException()
                .isThrownBy(() -> new MessageWriter().varint(2, 1).varint(1, 1))
                .withMessage("field 1 after field 2");
    }

    private static void refused(String hex, String message) {
        assertThatExceptionOfType(MalformedInput.class)
                .isThrownBy(() -> Sample.decode(Bytes.hex(hex)))
                .withMessage(message);
    }
}
