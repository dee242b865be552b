package dev.millrace.streams.dispatch;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.DerivedId;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.kind.BuiltInKinds;
import dev.millrace.domain.task.ClaimKey;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.WorkItem;
import org.jspecify.annotations.Nullable;

/// What workers are handed of what is queued.
///
/// @param claims makes the token that a report of the attempt has to show
record Hints(ClaimKey claims, Site site) {

    private static final Actor ACTOR = new Actor("dispatch", Actor.Proof.WORKER);
    private static final int FIRST_ATTEMPT = 1;

    /// The work that an event puts into a queue; null if it puts none there.
    @Nullable Envelope<WorkItem> of(Envelope<TaskEvent> event) {
        var item =
                switch (event.messageOrNull()) {
                    case TaskEvent.Submitted submitted -> submitted(submitted);
                    case TaskEvent.Queued queued -> queued(queued);
                    case null, default -> null;
                };
        if (item == null || BuiltInKinds.isInHouse(item.kind())) {
            return null;
        }
        var id = DerivedId.of("dispatch", event.id().toString());
        return event.following(id, event.time(), ACTOR, site, item);
    }

    private @Nullable WorkItem submitted(TaskEvent.Submitted event) {
        return event.isQueued()
                ? new WorkItem(
                        event.task(),
                        FIRST_ATTEMPT,
                        event.kind(),
                        event.input(),
                        event.terms(),
                        claims.token(event.task(), FIRST_ATTEMPT))
                : null;
    }

    private WorkItem queued(TaskEvent.Queued event) {
        return new WorkItem(
                event.task(),
                event.attempt(),
                event.kind(),
                event.input(),
                event.terms(),
                claims.token(event.task(), event.attempt()),
                event.dependencies());
    }
}
