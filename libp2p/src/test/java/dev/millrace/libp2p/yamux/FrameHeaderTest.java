package dev.millrace.libp2p.yamux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.libp2p.Damage;
import dev.millrace.libp2p.Vectors;
import dev.millrace.libp2p.multiformats.Bytes;
import dev.millrace.libp2p.multiformats.MalformedInput;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameHeaderTest {

    private static final Map<String, FrameHeader> VECTORS =
            Map.of(
                    "window update, SYN, stream 1, delta 0",
                    FrameHeader.windowUpdate(FrameHeader.SYN, 1, 0),
                    "data, stream 1, 5 bytes",
                    FrameHeader.data(0, 1, 5),
                    "window update, ACK, stream 1, delta 0",
                    FrameHeader.windowUpdate(FrameHeader.ACK, 1, 0),
                    "window update, stream 1, delta 131072",
                    FrameHeader.windowUpdate(0, 1, 131_072),
                    "window update, FIN, stream 1",
                    FrameHeader.windowUpdate(FrameHeader.FIN, 1, 0),
                    "window update, RST, stream 1",
                    FrameHeader.windowUpdate(FrameHeader.RST, 1, 0),
                    "ping SYN, value 7",
                    FrameHeader.ping(7),
                    "ping ACK, value 7",
                    FrameHeader.pong(7),
                    "go away, normal",
                    FrameHeader.goAway(FrameHeader.NORMAL));

    @Test
    void headersAreThoseOfTheVectors() {
        var vectors = Vectors.all("/yamux");
        assertThat(VECTORS).containsOnlyKeys(vectors.keySet());
        vectors.forEach((name, bytes) -> {
            assertThat(FrameHeader.decode(bytes)).as(name).isEqualTo(VECTORS.get(name));
            assertThat(FrameHeader.decode(bytes).encode()).as(name).isEqualTo(bytes);
        });
    }

    @Test
    void everyHeaderComesBack() {
        var random = new Random(5);
        for (int i = 0; i < 10_000; i++) {
            var header =
                    random.nextBoolean()
                            ? FrameHeader.data(
                                    random.nextInt(16),
                                    1 + random.nextLong(0xFFFF_FFFFL),
                                    random.nextInt(FrameHeader.MAX_DATA_BYTES + 1))
                            : FrameHeader.windowUpdate(
                                    random.nextInt(16),
                                    1 + random.nextLong(0xFFFF_FFFFL),
                                    random.nextLong(1L << 32));

            assertThat(FrameHeader.decode(header.encode())).isEqualTo(header);
            assertThat(header.encode().length()).isEqualTo(FrameHeader.BYTES);
        }
    }

    @Test
    void whatNoFrameCanBeIsRefused() {
        refused("010000000000000100000000", "yamux: byte 0: version 1 (expected: 0)");
        refused("000400000000000100000000", "yamux: byte 1: type 4 (expected: 0..3)");
        refused("000000100000000100000000", "yamux: DATA with flags 0x10");
        refused("000000000000000000000000", "yamux: DATA of stream 0 (expected: 1..2^32-1)");
        refused(
                "000100000000000000000000",
                "yamux: WINDOW_UPDATE of stream 0 (expected: 1..2^32-1)");
        refused("000200010000000100000000", "yamux: PING of stream 1 (expected: 0)");
        refused("000200030000000000000000", "yamux: PING with flags 0x3");
        refused("000200000000000000000000", "yamux: PING with flags 0x0");
        refused("000300010000000000000000", "yamux: GO_AWAY with flags 0x1");
        refused(
                "0000000000000001ffffffff",
                "yamux: DATA of length 4294967295 (expected: 0..16777216)");
        refused("00000000000000010000000000", "yamux: byte 12: 1 bytes after the end");
        refused("0000", "yamux: byte 2: 0 bytes left (expected: 2)");
    }

    @Test
    void flagsAreTold() {
        var last = FrameHeader.data(FrameHeader.ACK | FrameHeader.FIN, 2, 9);

        assertThat(last.has(FrameHeader.ACK)).isTrue();
        assertThat(last.has(FrameHeader.ACK | FrameHeader.FIN)).isTrue();
        assertThat(last.has(FrameHeader.FIN | FrameHeader.RST)).isFalse();
        assertThat(last.dataBytes()).isEqualTo(9);
        assertThat(FrameHeader.windowUpdate(0, 2, 9).dataBytes()).isZero();
    }

    @Test
    void damageIsReadAsItIsOrRefused() {
        var damage = new Damage();
        Vectors.all("/yamux").values().forEach(bytes -> damage.all(bytes, FrameHeaderTest::again));

        assertThat(damage.read()).isGreaterThan(300);
        assertThat(damage.refused()).isGreaterThan(300);
    }

    private static Bytes again(Bytes encoded) {
        return FrameHeader.decode(encoded).encode();
    }

    private static void refused(String hex, String message) {
        assertThatExceptionOfType(MalformedInput.class)
                .isThrownBy(() -> FrameHeader.decode(Bytes.hex(hex)))
                .withMessage(message);
    }
}
