package dev.millrace.libp2p.negotiation;

import dev.millrace.libp2p.multiformats.Bytes;
import java.util.function.Predicate;

/// The side that is proposed to: whoever listened, or accepted the stream.
public final class Responder extends Negotiation {

    /// After so many proposals in vain the other side is given up on.
    public static final int MOST_PROPOSALS = 100;

    private final Predicate<String> isSpoken;
    private int refused;

    /// @param isSpoken whether a protocol is spoken here; asked in the thread of [#receive]
    public Responder(Predicate<String> isSpoken) {
        this.isSpoken = isSpoken;
    }

    /// The header.
    @Override
    public Bytes start() {
        return Messages.encode(Messages.HEADER);
    }

    /// The list of protocols, which may be asked for, is refused like a protocol that is not
    /// spoken.
    @Override
    Step answer(String text) {
        if (Messages.isProposal(text) && isSpoken.test(text)) {
            return new Step.Agreed(text, Messages.encode(text));
        }
        refused++;
        return refused < MOST_PROPOSALS
                ? new Step.Waiting(Messages.encode(Messages.NOT_SPOKEN))
                : new Step.Failed("multistream: %d proposals in vain".formatted(refused));
    }
}
