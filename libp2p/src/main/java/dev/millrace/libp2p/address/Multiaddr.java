package dev.millrace.libp2p.address;

import dev.millrace.libp2p.identity.PeerId;
import dev.millrace.libp2p.multiformats.ByteReader;
import dev.millrace.libp2p.multiformats.ByteWriter;
import dev.millrace.libp2p.multiformats.Bytes;
import dev.millrace.libp2p.multiformats.MalformedInput;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// An address that says all that is spoken on the way, from the network up
/// ([multiaddr](https://github.com/multiformats/multiaddr)): `/ip4/192.0.2.1/tcp/4001`.
///
/// In bytes it has one form. In text it may have several, such as of IPv6 or of a peer id; the
/// usual one is printed. That its layers make sense together is not looked at, but for `unix`,
/// behind which nothing may follow, and `ip6zone`, which stands right before an `ip6`.
///
/// @param components one at least; at most [#MAX_BYTES] when encoded
public record Multiaddr(List<Component> components) {

    /// The longest encoding that is read or made.
    public static final int MAX_BYTES = 1_024;

    /// The longest text that is read: each byte of a path may take three characters.
    public static final int MAX_CHARACTERS = 4 * MAX_BYTES;

    private static final String SUBJECT = "multiaddr";

    /// @throws MalformedInput if there are none, or too many, or in an order that means nothing
    public Multiaddr {
        components = List.copyOf(components);
        if (components.isEmpty()) {
            throw MalformedInput.of(SUBJECT, "no component (expected: 1 or more)");
        }
        for (int i = 0; i < components.size(); i++) {
            var protocol = components.get(i).protocol();
            boolean isLast = i == components.size() - 1;
            if (protocol == Protocol.UNIX && !isLast) {
                throw MalformedInput.of(SUBJECT, "something behind unix (expected: nothing)");
            }
            if (protocol == Protocol.IP6ZONE
                    && (isLast || components.get(i + 1).protocol() != Protocol.IP6)) {
                throw MalformedInput.of(SUBJECT, "an ip6zone without ip6 right behind it");
            }
        }
        int length = encoded(components).length();
        if (length > MAX_BYTES) {
            throw MalformedInput.of(
                    SUBJECT, "%d bytes (expected: 1..%d)".formatted(length, MAX_BYTES));
        }
    }

    /// An address of some components, the lowest first.
    public static Multiaddr of(Component... components) {
        return new Multiaddr(List.of(components));
    }

    /// Reads the text: `/name/value/name/value` and so on, with no slash at the end. `ipfs` is read
    /// as `p2p`, and both spellings of a peer id.
    ///
    /// @param text at most [#MAX_CHARACTERS]
    /// @throws MalformedInput if it is none, with the place in the text
    public static Multiaddr parse(String text) {
        if (text.length() > MAX_CHARACTERS) {
            throw MalformedInput.of(
                    SUBJECT,
                    "%d characters (expected: 1..%d)".formatted(text.length(), MAX_CHARACTERS));
        }
        var components = new ArrayList<Component>();
        var segments = new Segments(text);
        while (segments.hasNext()) {
            var name = segments.next();
            var protocol = Protocol.named(name);
            if (protocol == null) {
                throw segments.refused("unknown protocol " + MalformedInput.quoted(name));
            }
            if (!protocol.hasValue()) {
                components.add(Component.of(protocol));
                continue;
            }
            if (!segments.hasNext()) {
                throw segments.refused(protocol + " without a value");
            }
            var value = segments.next();
            try {
                components.add(Component.of(protocol, value));
            } catch (MalformedInput malformed) {
                throw segments.refused(malformed);
            }
        }
        return new Multiaddr(components);
    }

    /// Reads the bytes. One unknown protocol makes all of it unreadable, for nobody can tell how
    /// long its value is: a receiver skips such an address, and keeps the message that held it.
    ///
    /// @param encoded at most [#MAX_BYTES]
    /// @throws MalformedInput if it is anything but what [#encode] writes, with the byte
    public static Multiaddr decode(Bytes encoded) {
        if (encoded.length() > MAX_BYTES) {
            throw MalformedInput.of(
                    SUBJECT, "%d bytes (expected: 1..%d)".formatted(encoded.length(), MAX_BYTES));
        }
        var reader = new ByteReader(SUBJECT, encoded);
        var components = new ArrayList<Component>();
        while (reader.hasRemaining()) {
            components.add(Component.read(reader));
        }
        return new Multiaddr(components);
    }

    public Bytes encode() {
        return encoded(components);
    }

    /// This address with another behind it.
    public Multiaddr encapsulate(Multiaddr inner) {
        return new Multiaddr(
                Stream.concat(components.stream(), inner.components.stream()).toList());
    }

    /// What stands before the last place where the whole of another is: this address if it is
    /// nowhere, nothing if it is at the beginning.
    public Optional<Multiaddr> decapsulate(Multiaddr inner) {
        return before(Collections.lastIndexOfSubList(components, inner.components));
    }

    /// What stands before the last component of a protocol, in the same way.
    public Optional<Multiaddr> decapsulate(Protocol protocol) {
        return before(components.stream().map(Component::protocol).toList().lastIndexOf(protocol));
    }

    /// The first component of a protocol.
    public Optional<Component> first(Protocol protocol) {
        return components.stream()
                .filter(component -> component.protocol() == protocol)
                .findFirst();
    }

    /// The peer that the address leads to, if it ends in one: behind a relay that is the peer
    /// there.
    public Optional<PeerId> peer() {
        var last = components.getLast();
        return last.protocol() == Protocol.P2P
                ? Optional.of(PeerId.decode(last.value()))
                : Optional.empty();
    }

    /// This address as that of a peer.
    public Multiaddr withPeer(PeerId peer) {
        return encapsulate(of(new Component(Protocol.P2P, peer.encode())));
    }

    /// Whether it leads over a relay.
    public boolean isRelayed() {
        return first(Protocol.P2P_CIRCUIT).isPresent();
    }

    /// The text in its usual form.
    @Override
    public String toString() {
        return components.stream().map(Component::toString).collect(Collectors.joining());
    }

    private Optional<Multiaddr> before(int index) {
        return switch (index) {
            case -1 -> Optional.of(this);
            case 0 -> Optional.empty();
            default -> Optional.of(new Multiaddr(components.subList(0, index)));
        };
    }

    private static Bytes encoded(List<Component> components) {
        var writer = new ByteWriter();
        components.forEach(component -> component.write(writer));
        return writer.toBytes();
    }

    /// What stands between the slashes of a text.
    private static final class Segments {

        private final String text;
        private int start;
        private int end;

        Segments(String text) {
            this.text = text;
        }

        boolean hasNext() {
            return end < text.length() || text.isEmpty();
        }

        String next() {
            if (text.isEmpty() || text.charAt(end) != '/') {
                throw MalformedInput.atCharacter(SUBJECT, end, "no slash at the beginning", null);
            }
            start = end + 1;
            int slash = text.indexOf('/', start);
            end = slash < 0 ? text.length() : slash;
            if (start == end) {
                throw refused("nothing behind the slash");
            }
            return text.substring(start, end);
        }

        MalformedInput refused(String cause) {
            return MalformedInput.atCharacter(SUBJECT, start, cause, null);
        }

        MalformedInput refused(MalformedInput below) {
            return MalformedInput.atCharacter(SUBJECT, start, below.getMessage(), below);
        }
    }
}
