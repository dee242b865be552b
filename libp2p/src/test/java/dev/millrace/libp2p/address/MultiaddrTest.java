package dev.millrace.libp2p.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.libp2p.Vectors;
import dev.millrace.libp2p.identity.PeerId;
import dev.millrace.libp2p.multiformats.Bytes;
import dev.millrace.libp2p.multiformats.MalformedInput;
import dev.millrace.libp2p.multiformats.Multibase;
import dev.millrace.libp2p.multiformats.Multihash;
import org.junit.jupiter.api.Test;

class MultiaddrTest {

    private static final String A = Vectors.text("/keys/A/peerId");
    private static final String B = Vectors.text("/keys/B/peerId");
    private static final Multiaddr TCP = Multiaddr.parse("/ip4/192.0.2.1/tcp/4001");

    @Test
    void addressesAreThoseOfTheVectors() {
        var vectors = Vectors.all("/multiaddrs");
        assertThat(vectors).hasSize(15);
        vectors.forEach((text, bytes) -> {
            assertThat(Multiaddr.parse(text).encode()).as(text).isEqualTo(bytes);
            assertThat(Multiaddr.decode(bytes)).as(text).hasToString(text);
            assertThat(Multiaddr.decode(bytes)).isEqualTo(Multiaddr.parse(text));
        });
    }

    @Test
    void addressesAreReadAndWrittenAsOthersDo() {
        var lines = Vectors.lines("addresses.tsv");
        assertThat(lines).hasSize(300);
        for (var line : lines) {
            int tab = line.indexOf('\t');
            var bytes = Bytes.hex(line.substring(0, tab));
            var text = line.substring(tab + 1);
            assertThat(Multiaddr.decode(bytes)).hasToString(text);
            assertThat(Multiaddr.parse(text).encode()).as(text).isEqualTo(bytes);
        }
    }

    @Test
    void everyProtocolIsReadAndPrinted() {
        var hash = Multibase.BASE64URL.encode(Multihash.sha256(Bytes.EMPTY).encode());
        var all =
                "/ip4/192.0.2.0/ipcidr/24/tcp/0/ip6zone/eth0/ip6/fe80::1/udp/65535/quic/quic-v1"
                        + "/webtransport/certhash/"
                        + hash
                        + "/dns/a.example/dns4/b.example/dns6/c.example/dnsaddr/d.example/tls/sni/e.example"
                        + "/noise/ws/wss/http/http-path/a%2Fb%20c/webrtc-direct/webrtc/memory/x/p2p/"
                        + A
                        + "/p2p-circuit/unix/%2Fs";
        var address = Multiaddr.parse(all);

        assertThat(address).hasToString(all);
        assertThat(Multiaddr.decode(address.encode())).isEqualTo(address);
        assertThat(address.components().stream().map(Component::protocol))
                .contains(Protocol.values());
    }

    @Test
    void codesAreThoseOfTheTable() {
        assertThat(Multiaddr.parse("/tls/noise/quic/webtransport/webrtc-direct/webrtc").encode())
                .hasToString("c003c603cc03d10398029902");
        assertThat(Multiaddr.parse("/http/http-path/a").encode()).hasToString("e003e1030161");
        assertThat(Multiaddr.parse("/memory/a").encode()).hasToString("89060161");
        assertThat(Multiaddr.parse("/ip4/10.0.0.0/ipcidr/8").encode())
                .hasToString("040a0000002b08");
    }

    @Test
    void otherSpellingsAreReadAndTheUsualOneIsPrinted() {
        var cid = Vectors.text("/keys/A/peerIdCid");
        assertThat(Multiaddr.parse("/ipfs/" + A)).hasToString("/p2p/" + A);
        assertThat(Multiaddr.parse("/p2p/" + cid)).hasToString("/p2p/" + A);
        assertThat(Multiaddr.parse("/ip6/2001:DB8:0:0:0:0:0:1")).hasToString("/ip6/2001:db8::1");
        assertThat(Multiaddr.parse("/unix/%2ftmp%2F\u00e4")).hasToString("/unix/%2Ftmp%2F%C3%A4");
        var hash = Multihash.sha256(Bytes.EMPTY).encode();
        assertThat(Multiaddr.parse("/certhash/" + Multibase.BASE58BTC.encode(hash)))
                .hasToString("/certhash/" + Multibase.BASE64URL.encode(hash));
    }

    @Test
    void whatIsWrongInATextIsNamedWithItsPlace() {
        refused("", "character 0: no slash at the beginning");
        refused("ip4/1.2.3.4", "character 0: no slash at the beginning");
        refused("/", "character 1: nothing behind the slash");
        refused("/ip4/1.2.3.4/", "character 13: nothing behind the slash");
        refused("//ip4/1.2.3.4", "character 1: nothing behind the slash");
        refused("/ip4", "character 1: ip4 without a value");
        refused("/IP4/1.2.3.4", "character 1: unknown protocol \"IP4\"");
        refused("/tcp/1/sctp/2", "character 7: unknown protocol \"sctp\"");
        refused("/ip4/1.2.3.4/tcp/70000", "character 17: port: \"70000\" (expected: 0..65535)");
        refused("/tcp/-1", "character 5: port: \"-1\" (expected: 0..65535)");
        refused("/tcp/080", "character 5: port: \"080\" (expected: 0..65535)");
        refused("/tcp/99999999999", "character 5: port: \"99999999999\" (expected: 0..65535)");
        refused("/tcp/\u0661", "character 5: port: \"\\u0661\" (expected: 0..65535)");
        refused(
                "/ip4/1.2.3",
                "character 5: ip4: \"1.2.3\" (expected: four numbers and three dots)");
        refused("/ip4/1.2.3.256", "character 5: ip4: \"256\" (expected: 0..255)");
        refused("/ip4/1.2.3.04", "character 5: ip4: \"04\" (expected: 0..255)");
        refused(
                "/ip4/localhost",
                "character 5: ip4: \"localhost\" (expected: four numbers and three dots)");
        refused("/ip6/1.2.3.4", "character 5: ip6: \"1.2.3.4\" (expected: an address of RFC 4291)");
        refused("/dns/a\nb", "character 5: name: a slash or a control character in \"a\\u000ab\"");
        refused("/dns/" + "a".repeat(254), "character 5: name: 254 bytes (expected: 1..253)");
        refused("/dns/\ud800", "character 5: name: half a surrogate pair");
        refused("/unix/%2", "character 6: path: character 0: a % without two hex digits");
        refused("/unix/a%zz", "character 6: path: character 1: a % without two hex digits");
        refused("/unix/%00", "character 6: path: empty, or with a NUL");
        refused("/unix/%ff", "character 6: path: byte 0: a text that is not UTF-8");
        refused(
                "/p2p/hello",
                "character 5: multibase: character 0: an unknown base \"h\" (expected: one of f b k z u)");
        refused("/certhash/f12", "character 10: multihash: byte 1: 0 bytes left (expected: 1)");
        refused("/ip6zone/eth0/tcp/1", "an ip6zone without ip6 right behind it");
        refused("/ip6zone/eth0", "an ip6zone without ip6 right behind it");
        refused("/unix/a/tcp/1", "something behind unix (expected: nothing)");
        refused("/ws".repeat(1_000), "2000 bytes (expected: 1..1024)");
        refused("/".repeat(5_000), "5000 characters (expected: 1..4096)");
    }

    @Test
    void whatIsWrongInBytesIsNamedWithItsPlace() {
        refusedBytes("", "no component (expected: 1 or more)");
        refusedBytes("047f0000", "byte 1: 3 bytes left (expected: 4)");
        refusedBytes("047f00000106", "byte 6: 0 bytes left (expected: 2)");
        refusedBytes("047f000001e807", "byte 5: unknown protocol 1000");
        refusedBytes("8400", "byte 0: a varint with a needless last byte");
        refusedBytes("3600", "byte 1: name: 0 bytes (expected: 1..253)");
        refusedBytes("3603612f62", "byte 1: name: a slash or a control character in \"a/b\"");
        refusedBytes("3601ff", "byte 1: name: byte 0: a text that is not UTF-8");
        refusedBytes("36ffffffff0761", "byte 1: a length of 2147483647 (expected: 0..1024)");
        refusedBytes("360261", "byte 1: a length of 2, where 1 bytes follow");
        refusedBytes(
                "a50303120161",
                "byte 2: multihash: byte 1: a SHA-256 digest of 1 bytes (expected: 32)");
        refusedBytes("04".repeat(1_025), "1025 bytes (expected: 1..1024)");
        refusedBytes("9003016106" + "0fa1", "something behind unix (expected: nothing)");
    }

    @Test
    void layersAreAddedAndTakenAway() {
        var relayed = Multiaddr.parse("/ip4/192.0.2.1/tcp/4001/p2p/" + A + "/p2p-circuit/p2p/" + B);
        assertThat(
                        TCP.withPeer(PeerId.parse(A))
                                .encapsulate(Multiaddr.parse("/p2p-circuit/p2p/" + B)))
                .isEqualTo(relayed);
        assertThat(relayed.peer()).contains(PeerId.parse(B));
        assertThat(relayed.isRelayed()).isTrue();
        assertThat(TCP.peer()).isEmpty();
        assertThat(TCP.isRelayed()).isFalse();
        assertThat(TCP.first(Protocol.TCP).map(Component::text)).contains("4001");
        assertThat(TCP.first(Protocol.UDP)).isEmpty();

        assertThat(relayed.decapsulate(Multiaddr.parse("/p2p/" + B)))
                .contains(Multiaddr.parse("/ip4/192.0.2.1/tcp/4001/p2p/" + A + "/p2p-circuit"));
        assertThat(relayed.decapsulate(Protocol.P2P_CIRCUIT))
                .contains(TCP.withPeer(PeerId.parse(A)));
        assertThat(TCP.decapsulate(Multiaddr.parse("/tcp/4002"))).contains(TCP);
        assertThat(TCP.decapsulate(Protocol.UDP)).contains(TCP);
        assertThat(TCP.decapsulate(TCP)).isEmpty();
        var twice = TCP.encapsulate(TCP);
        assertThat(twice.decapsulate(TCP)).contains(TCP);
    }

    @Test
    void componentsAreHeldToTheirProtocol() {
        assertThat(new Component(Protocol.TCP, Bytes.hex("0fa1")).text()).isEqualTo("4001");
        assertThatExceptionOfType(MalformedInput.class)
                .isThrownBy(() -> new Component(Protocol.TCP, Bytes.hex("0f")))
                .withMessage("value: 1 bytes (expected: 2)");
        assertThatExceptionOfType(MalformedInput.class)
                .isThrownBy(() -> new Component(Protocol.WS, Bytes.hex("0f")))
                .withMessage("value: 1 bytes (expected: 0)");
        assertThatExceptionOfType(MalformedInput.class)
                .isThrownBy(() -> Component.of(Protocol.WS, "x"))
                .withMessage("ws: a value (expected: none)");
    }

    private static void refused(String text, String message) {
        assertThatExceptionOfType(MalformedInput.class)
                .isThrownBy(() -> Multiaddr.parse(text))
                .withMessage("multiaddr: " + message);
    }

    private static void refusedBytes(String hex, String message) {
        assertThatExceptionOfType(MalformedInput.class)
                .isThrownBy(() -> Multiaddr.decode(Bytes.hex(hex)))
                .withMessage("multiaddr: " + message);
    }
}
