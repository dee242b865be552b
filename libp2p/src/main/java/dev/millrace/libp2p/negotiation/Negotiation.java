package dev.millrace.libp2p.negotiation;

import dev.millrace.libp2p.multiformats.Bytes;
import dev.millrace.libp2p.multiformats.MalformedInput;
import java.nio.ByteBuffer;

/// One side of finding a protocol ([multistream-select
/// 1.0](https://github.com/multiformats/multistream-select)).
///
/// Pure state: it reads no clock and no socket. Whoever drives it writes what [#start] gives, then
/// hands over what arrives, in pieces of any size, until a [Step] says that it is over; and sets a
/// deadline, since the other side may say nothing. Memory is bounded, whatever the other side
/// sends. Confined to one thread.
public abstract sealed class Negotiation permits Initiator, Responder {

    private final Messages messages = new Messages();
    private boolean isGreeted;
    private boolean isOver;

    Negotiation() {}

    /// What is written first, without waiting for the other side.
    public abstract Bytes start();

    /// Takes what is part of the negotiation, up to its end, and leaves the rest in `input`.
    ///
    /// Never throws, whatever the bytes.
    ///
    /// @throws IllegalStateException if it is over already
    public final Step receive(ByteBuffer input) {
        if (isOver) {
            throw new IllegalStateException("the negotiation is over");
        }
        Step step;
        try {
            step = take(input);
        } catch (MalformedInput malformed) {
            step = new Step.Failed(malformed.getMessage());
        }
        isOver = !(step instanceof Step.Waiting);
        return step;
    }

    private Step take(ByteBuffer input) {
        var reply = Bytes.EMPTY;
        for (var text = messages.next(input); text != null; text = messages.next(input)) {
            if (!isGreeted) {
                if (!text.equals(Messages.HEADER)) {
                    return new Step.Failed(
                            "multistream: began with " + MalformedInput.quoted(text));
                }
                isGreeted = true;
                continue;
            }
            switch (answer(text)) {
                case Step.Waiting(var more) -> reply = reply.plus(more);
                case Step.Agreed(var protocol, var last) -> {
                    return new Step.Agreed(protocol, reply.plus(last));
                }
                case Step.Failed failed -> {
                    return failed;
                }
            }
        }
        return new Step.Waiting(reply);
    }

    /// What comes of one message after the header.
    abstract Step answer(String text);
}
