package dev.millrace.gateway.work;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.WorkItem;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What became of the claim of one item.
sealed interface Claimed {

    /// The worker holds the attempt.
    ///
    /// @param leaseEnds when it is taken for lost unless the worker speaks; null for never
    record Granted(Envelope<WorkItem> envelope, WorkItem item, @Nullable Instant leaseEnds)
            implements Claimed {}

    /// The attempt is over, or another's.
    record Dropped() implements Claimed {}

    /// It is not known who holds the attempt.
    record Unclear(Throwable why) implements Claimed {}
}
