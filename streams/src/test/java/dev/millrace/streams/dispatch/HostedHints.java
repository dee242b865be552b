package dev.millrace.streams.dispatch;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.task.ClaimKey;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.WorkItem;
import org.jspecify.annotations.Nullable;

/// The dispatcher's own choice of what it hands out, for the simulation to run.
public final class HostedHints {

    private final Hints hints;

    public HostedHints(ClaimKey claims, Site site) {
        this.hints = new Hints(claims, site);
    }

    /// The work that an event puts into a queue; null if it puts none there.
    public @Nullable Envelope<WorkItem> of(Envelope<TaskEvent> event) {
        return hints.of(event);
    }
}
