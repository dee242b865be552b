package dev.millrace.libp2p.negotiation;

import dev.millrace.libp2p.multiformats.Bytes;

/// What comes of the bytes that a negotiation took.
public sealed interface Step {

    /// Write this, if there is anything, and come again with what the other side says.
    record Waiting(Bytes reply) implements Step {}

    /// Write and flush this, if there is anything, even if nothing else is to be written: the other
    /// side may wait for it. Bytes that were not taken belong to the protocol.
    record Agreed(String protocol, Bytes reply) implements Step {}

    /// There will be no agreement: reset the stream, or close the connection.
    ///
    /// @param cause for a log; what it quotes of the other side is short and printable
    record Failed(String cause) implements Step {}
}
