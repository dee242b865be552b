package dev.millrace.streams.documents;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.DerivedId;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.event.Site;
import java.time.Instant;

/// Writes the envelopes of this application.
///
/// All of an envelope follows from its cause, so that doing the same again writes the same.
record Author(Site site) {

    /// What the application calls itself in envelopes and reports.
    static final String NAME = "documents";

    private static final Actor ACTOR = new Actor(NAME, Actor.Proof.WORKER);

    /// @param what tells apart what follows from one cause
    <P extends Message> Envelope<P> write(
            Envelope<? extends Message> cause, String what, P message) {
        return write(cause, what, cause.time(), message);
    }

    /// @param time of what completed the cause
    <P extends Message> Envelope<P> write(
            Envelope<? extends Message> cause, String what, Instant time, P message) {
        var id = DerivedId.of(NAME, cause.id().toString(), what);
        return cause.following(id, time, ACTOR, site, message);
    }
}
