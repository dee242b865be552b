package dev.millrace.streams.simulation;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.WorkItem;
import java.util.Objects;

/// An item of work as its queue hands it to one worker, once.
///
/// @param count 1 at the first delivery
/// @param timestamp when the queue took the item in, in milliseconds since 1970
record Delivery(
        SimulatedQueue queue, long number, int count, long timestamp, Envelope<WorkItem> envelope) {

    WorkItem item() {
        return Objects.requireNonNull(envelope.messageOrNull());
    }

    /// Nobody needs the item any more.
    void accept() {
        queue.accept(this);
    }

    /// Somebody else is to do it.
    void release() {
        queue.release(this);
    }

    /// It is being worked on, for as long as the lock lasts once more.
    void renew() {
        queue.renew(this);
    }
}
