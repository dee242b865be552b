package dev.millrace.streams.documents;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.DerivedId;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.event.Site;
import java.time.InstantSource;

/// Writes the envelopes of this application.
///
/// An id follows from its cause, so that doing the same again names the same; the time is when it
/// was done.
record Author(Site site, InstantSource clock) {

    /// What the application calls itself in envelopes and reports.
    static final String NAME = "documents";

    private static final Actor ACTOR = new Actor(NAME, Actor.Proof.WORKER);

    /// @param what tells apart what follows from one cause
    <P extends Message> Envelope<P> write(
            Envelope<? extends Message> cause, String what, P message) {
        var id = DerivedId.of(NAME, cause.id().toString(), what);
        return cause.following(id, clock.instant(), ACTOR, site, message);
    }
}
