package dev.millrace.libp2p.address;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a component of an address can be ([multiaddr
/// protocols](https://github.com/multiformats/multiaddr/blob/master/protocols.csv)).
public enum Protocol {
    IP4(4, "ip4", ValueForm.IP4),
    TCP(6, "tcp", ValueForm.PORT),
    IP6(41, "ip6", ValueForm.IP6),

    /// The interface that the `ip6` behind it is local to.
    IP6ZONE(42, "ip6zone", ValueForm.NAME),

    /// The length of a network's prefix, in bits.
    IPCIDR(43, "ipcidr", ValueForm.BYTE),

    /// A host name, of any family.
    DNS(53, "dns", ValueForm.NAME),

    DNS4(54, "dns4", ValueForm.NAME),
    DNS6(55, "dns6", ValueForm.NAME),

    /// A host name whose TXT records hold addresses.
    DNSADDR(56, "dnsaddr", ValueForm.NAME),

    UDP(273, "udp", ValueForm.PORT),
    WEBRTC_DIRECT(280, "webrtc-direct", ValueForm.NONE),
    WEBRTC(281, "webrtc", ValueForm.NONE),

    /// What stands before it leads to a relay, what stands behind it is reached through that.
    P2P_CIRCUIT(290, "p2p-circuit", ValueForm.NONE),

    /// A path of the file system; nothing may follow.
    UNIX(400, "unix", ValueForm.PATH),

    /// A peer id; also read as `ipfs`.
    P2P(421, "p2p", ValueForm.PEER_ID),

    TLS(448, "tls", ValueForm.NONE),

    /// The host name for the TLS before it.
    SNI(449, "sni", ValueForm.NAME),

    NOISE(454, "noise", ValueForm.NONE),

    /// Of draft 29, which nobody speaks any more; named so that addresses can be read.
    QUIC(460, "quic", ValueForm.NONE),

    QUIC_V1(461, "quic-v1", ValueForm.NONE),
    WEBTRANSPORT(465, "webtransport", ValueForm.NONE),

    /// The multihash of a certificate, in any multibase.
    CERTHASH(466, "certhash", ValueForm.MULTIHASH),

    WS(477, "ws", ValueForm.NONE),

    /// The same as `tls`, then `ws`.
    WSS(478, "wss", ValueForm.NONE),

    HTTP(480, "http", ValueForm.NONE),
    HTTP_PATH(481, "http-path", ValueForm.PATH),

    /// A name within one process, for tests; some implementations have a number of eight bytes.
    MEMORY(777, "memory", ValueForm.NAME);

    private static final Map<Long, Protocol> BY_CODE = by(protocol -> (long) protocol.code);
    private static final Map<String, Protocol> BY_NAME = by(Protocol::text);
    private static final String ALIAS_OF_P2P = "ipfs";

    private final int code;
    private final String text;
    private final ValueForm form;

    Protocol(int code, String text, ValueForm form) {
        this.code = code;
        this.text = text;
        this.form = form;
    }

    /// What stands for it in bytes, as a varint.
    public int code() {
        return code;
    }

    /// What stands for it in text.
    public String text() {
        return text;
    }

    /// Whether a value belongs to it.
    public boolean hasValue() {
        return form != ValueForm.NONE;
    }

    ValueForm form() {
        return form;
    }

    /// Null if nothing here has the code.
    static @Nullable Protocol of(long code) {
        return BY_CODE.get(code);
    }

    /// Null if nothing here has the name.
    static @Nullable Protocol named(String text) {
        return text.equals(ALIAS_OF_P2P) ? P2P : BY_NAME.get(text);
    }

    private static <K> Map<K, Protocol> by(Function<Protocol, K> key) {
        return Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(key, p -> p));
    }

    @Override
    public String toString() {
        return text;
    }
}
