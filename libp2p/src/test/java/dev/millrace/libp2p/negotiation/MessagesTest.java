package dev.millrace.libp2p.negotiation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.libp2p.Damage;
import dev.millrace.libp2p.Vectors;
import dev.millrace.libp2p.multiformats.Bytes;
import dev.millrace.libp2p.multiformats.MalformedInput;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class MessagesTest {

    @Test
    void messagesAreThoseOfTheVectors() {
        var vectors = Vectors.all("/multistream");
        assertThat(vectors).hasSize(9);
        vectors.forEach((text, bytes) -> {
            assertThat(Messages.encode(text)).isEqualTo(bytes);
            assertThat(new Messages().next(ByteBuffer.wrap(bytes.toArray()))).isEqualTo(text);
        });
    }

    @Test
    void messagesComeInPiecesAndLeaveWhatFollows() {
        var longest = "/" + "x".repeat(1_022);
        var all = Messages.encode("a").plus(Messages.encode(longest)).plus(Bytes.utf8("rest"));
        for (int size = 1; size < 40; size++) {
            var messages = new Messages();
            var read = new ArrayList<String>();
            var input = ByteBuffer.wrap(all.toArray());
            while (read.size() < 2) {
                var piece = input.slice(input.position(), Math.min(size, input.remaining()));
                var text = messages.next(piece);
                input.position(input.position() + piece.position());
                if (text != null) {
                    read.add(text);
                }
            }
            assertThat(read).containsExactly("a", longest);
            assertThat(input.remaining()).isEqualTo(4);
        }
    }

    @Test
    void lengthsOutsideTheBoundAreRefusedBeforeTheMessageComes() {
        for (var length :
                new String[] {"00", "01", "8100", "8000", "8108", "8208", "ff7f", "8080", "ffff"}) {
            assertThatExceptionOfType(MalformedInput.class)
                    .isThrownBy(() -> again(Bytes.hex(length)))
                    .withMessage("multistream: a length that is not 2..1024 in its shortest form");
        }
        assertThat(new Messages().next(ByteBuffer.wrap(Bytes.hex("8008").toArray()))).isNull();
    }

    @Test
    void messagesThatAreNotOneLineAreRefused() {
        refused("026161", "multistream: a message that ends without a line feed");
        refused("020a0a", "multistream: a message that is not one line");
        refused("02ff0a", "multistream: byte 0: a text that is not UTF-8");
        for (var text : new String[] {"", "a\n", "x".repeat(1_024)}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Messages.encode(text))
                    .withMessageContaining("(expected: 1..1023 bytes without a line feed)");
        }
    }

    @Test
    void damageIsReadAsItIsOrRefused() {
        var damage = new Damage();
        Vectors.all("/multistream")
                .values()
                .forEach(bytes -> damage.all(bytes, MessagesTest::again));

        assertThat(damage.read()).isGreaterThan(300);
        assertThat(damage.refused()).isGreaterThan(100);
    }

    /// What is not all there yet stands for itself, as does what follows.
    private static Bytes again(Bytes encoded) {
        var input = ByteBuffer.wrap(encoded.toArray());
        var text = new Messages().next(input);
        return text == null
                ? encoded
                : Messages.encode(text).plus(encoded.slice(input.position(), encoded.length()));
    }

    private static void refused(String hex, String message) {
        assertThatExceptionOfType(MalformedInput.class)
                .isThrownBy(() -> again(Bytes.hex(hex)))
                .withMessage(message);
    }
}
