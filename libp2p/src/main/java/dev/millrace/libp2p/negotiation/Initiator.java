package dev.millrace.libp2p.negotiation;

import dev.millrace.libp2p.multiformats.Bytes;
import dev.millrace.libp2p.multiformats.MalformedInput;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// The side that proposes: whoever dialled, or opened the stream.
public final class Initiator extends Negotiation {

    private final List<String> protocols;
    private final Deque<String> left;

    /// @param protocols one at least, the most wanted first; each of 1..1023 bytes, without a line
    ///   feed, and neither `na` nor `ls`
    public Initiator(List<String> protocols) {
        this.protocols = List.copyOf(protocols);
        this.left = new ArrayDeque<>(this.protocols);
        if (this.protocols.isEmpty()) {
            throw new IllegalArgumentException("protocols: none (expected: 1 or more)");
        }
        this.protocols.forEach(Messages::proposal);
    }

    /// Whether the first bytes of the protocol may be written right behind [#start], before the
    /// other side has answered. With one protocol there is nothing else to agree on: if it is
    /// refused, what was written is lost with the stream. The answer has to be received all the
    /// same, by those that only write as well.
    public boolean mayWriteAhead() {
        return protocols.size() == 1;
    }

    /// The header and the first proposal, for one write.
    @Override
    public Bytes start() {
        return Messages.encode(Messages.HEADER).plus(Messages.proposal(protocols.getFirst()));
    }

    @Override
    Step answer(String text) {
        var proposed = left.getFirst();
        if (text.equals(proposed)) {
            return new Step.Agreed(proposed, Bytes.EMPTY);
        }
        if (!text.equals(Messages.NOT_SPOKEN)) {
            return new Step.Failed(
                    "multistream: %s in answer to %s"
                            .formatted(
                                    MalformedInput.quoted(text), MalformedInput.quoted(proposed)));
        }
        left.removeFirst();
        return left.isEmpty()
                ? new Step.Failed(
                        "multistream: none of %d protocols is spoken there"
                                .formatted(protocols.size()))
                : new Step.Waiting(Messages.proposal(left.getFirst()));
    }
}
