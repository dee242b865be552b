package dev.millrace.libp2p.address;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.libp2p.Damage;
import dev.millrace.libp2p.Vectors;
import dev.millrace.libp2p.multiformats.Bytes;
import dev.millrace.libp2p.multiformats.MalformedInput;
import dev.millrace.libp2p.multiformats.Multihash;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MultiaddrPropertiesTest {

    private static final List<Protocol> PROTOCOLS = List.of(Protocol.values());
    private static final String NAMES = "abcxyz019.-_ %\u00e4\u20ac~";

    @Test
    void everyAddressComesBackFromTextAndFromBytes() {
        for (long seed = 0; seed < 10_000; seed++) {
            var address = random(new Random(seed));

            assertThat(Multiaddr.decode(address.encode())).as("seed %d", seed).isEqualTo(address);
            assertThat(Multiaddr.parse(address.toString())).as("seed %d", seed).isEqualTo(address);
        }
    }

    @Test
    void damagedBytesAreReadAsTheyAreOrRefused() {
        var damage = new Damage();
        Vectors.all("/multiaddrs").values().forEach(bytes -> damage.all(bytes, this::again));
        for (long seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            damage.all(random(random).encode(), this::again);
            damage.noise(random, 40, this::again);
        }

        assertThat(damage.read()).isGreaterThan(10_000);
        assertThat(damage.refused()).isGreaterThan(10_000);
    }

    /// What is printed of a text that was read is the same address, and is printed alike again.
    @Test
    void damagedTextIsReadOrRefused() {
        int read = 0;
        for (long seed = 0; seed < 10_000; seed++) {
            var random = new Random(seed);
            var text = new StringBuilder(random(random).toString());
            for (int left = 1 + random.nextInt(3); left > 0; left--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, (char) random.nextInt(0x100));
                    case 1 -> text.insert(at, "/:.%20".charAt(random.nextInt(6)));
                    default -> text.setLength(at + 1);
                }
            }
            try {
                var address = Multiaddr.parse(text.toString());
                assertThat(Multiaddr.parse(address.toString())).isEqualTo(address);
                read++;
            } catch (MalformedInput malformed) {
                assertThat(malformed.getMessage()).matches("multiaddr: [ -~]{5,300}");
            }
        }
        assertThat(read).isBetween(500, 9_500);
    }

    private Bytes again(Bytes encoded) {
        return Multiaddr.decode(encoded).encode();
    }

    /// One to six layers of anything, in an order that may be.
    private static Multiaddr random(Random random) {
        var components = new ArrayList<Component>();
        for (int left = 1 + random.nextInt(6); left > 0; left--) {
            var protocol = PROTOCOLS.get(random.nextInt(PROTOCOLS.size()));
            components.add(new Component(protocol, value(protocol, random)));
            if (protocol == Protocol.IP6ZONE) {
                components.add(new Component(Protocol.IP6, value(Protocol.IP6, random)));
            }
            if (protocol == Protocol.UNIX) {
                break;
            }
        }
        return new Multiaddr(components);
    }

    private static Bytes value(Protocol protocol, Random random) {
        return switch (protocol.form()) {
            case NONE, BYTE, PORT, IP4 -> bytes(protocol.form().size(), random);
            case IP6 -> ip6(random);
            case NAME -> Bytes.utf8(text(NAMES, random));
            case PATH -> Bytes.utf8(text(NAMES + "/\n\"", random));
            case PEER_ID ->
                    random.nextBoolean()
                            ? Vectors.bytes("/keys/A/peerIdBytes")
                            : Multihash.sha256(bytes(4, random)).encode();
            case MULTIHASH -> new Multihash(random.nextInt(300), bytes(32, random)).encode();
        };
    }

    /// Many zeros, so that there is something to leave out.
    private static Bytes ip6(Random random) {
        var address = bytes(16, random).toArray();
        for (int i = 0; i < address.length; i++) {
            if (random.nextInt(3) > 0) {
                address[i] = 0;
            }
        }
        return Bytes.copyOf(address);
    }

    private static Bytes bytes(int length, Random random) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return Bytes.copyOf(bytes);
    }

    private static String text(String characters, Random random) {
        var text = new StringBuilder();
        for (int left = 1 + random.nextInt(12); left > 0; left--) {
            text.append(characters.charAt(random.nextInt(characters.length())));
        }
        return text.toString();
    }
}
