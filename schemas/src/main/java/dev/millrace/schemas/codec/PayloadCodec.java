package dev.millrace.schemas.codec;

import dev.millrace.domain.event.Message;
import org.apache.avro.specific.SpecificRecord;

/// Translates one topic's vocabulary.
interface PayloadCodec<P extends Message> {

    Class<P> vocabulary();

    /// An empty record of the topic, for the envelope and the payload to be put in.
    SpecificRecord newRecord();

    /// The branch of the payload union that says the same.
    SpecificRecord toRecord(P message);

    /// The message that a branch of the payload union says.
    ///
    /// @throws IllegalArgumentException if it is no branch of this union, or a value in it is
    ///   outside its range
    P toMessage(Object branch);

    /// What [#toMessage] throws for a branch that is not of its union.
    static IllegalArgumentException foreign(Object branch) {
        return new IllegalArgumentException(
                "payload: " + branch.getClass().getSimpleName() + " (expected: a branch of ours)");
    }
}
