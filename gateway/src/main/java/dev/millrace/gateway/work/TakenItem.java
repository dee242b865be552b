package dev.millrace.gateway.work;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.WorkItem;

/// An item that the queue keeps for whoever took it, for 25 s at most: then it is released.
///
/// Safe for use by many threads; only the first of its two ends counts.
public interface TakenItem {

    Envelope<WorkItem> envelope();

    WorkItem item();

    /// The queue may forget it.
    void accept();

    /// The queue is to hand it out again.
    void release();
}
