package dev.millrace.libp2p.address;

import dev.millrace.libp2p.multiformats.ByteReader;
import dev.millrace.libp2p.multiformats.ByteWriter;
import dev.millrace.libp2p.multiformats.Bytes;
import dev.millrace.libp2p.multiformats.MalformedInput;

/// One layer of an address: what is spoken there, and to whom.
///
/// @param protocol what is spoken
/// @param value in the bytes of the protocol, without a length; empty if it has none
public record Component(Protocol protocol, Bytes value) {

    /// @throws MalformedInput if the value is none of the protocol's
    public Component {
        protocol.form().checked(value);
    }

    /// A component that has no value.
    public static Component of(Protocol protocol) {
        return new Component(protocol, Bytes.EMPTY);
    }

    /// A component from the text of its value, as it stands in an address.
    ///
    /// @throws MalformedInput if it is none of the protocol's
    public static Component of(Protocol protocol, String value) {
        if (!protocol.hasValue()) {
            throw MalformedInput.of(protocol.text(), "a value (expected: none)");
        }
        return new Component(protocol, protocol.form().parse(value));
    }

    /// The value as it stands in the text of an address; empty if there is none.
    public String text() {
        return protocol.form().print(value);
    }

    static Component read(ByteReader reader) {
        int start = reader.position();
        long code = reader.uvarint();
        var protocol = Protocol.of(code);
        if (protocol == null) {
            throw reader.refusedAt(start, "unknown protocol " + code);
        }
        int size = protocol.form().size();
        start = reader.position();
        var value =
                size == ValueForm.PREFIXED
                        ? reader.prefixed(Multiaddr.MAX_BYTES)
                        : reader.bytes(size);
        try {
            return new Component(protocol, value);
        } catch (MalformedInput malformed) {
            throw reader.refusedAt(start, malformed);
        }
    }

    void write(ByteWriter writer) {
        writer.uvarint(protocol.code());
        if (protocol.form().size() == ValueForm.PREFIXED) {
            writer.prefixed(value);
        } else {
            writer.bytes(value);
        }
    }

    /// The component as it stands in an address, slashes and all.
    @Override
    public String toString() {
        return protocol.hasValue() ? "/" + protocol.text() + "/" + text() : "/" + protocol.text();
    }
}
