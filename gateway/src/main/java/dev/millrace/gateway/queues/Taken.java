package dev.millrace.gateway.queues;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.WorkItem;
import dev.millrace.gateway.work.TakenItem;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.AcknowledgeType;

/// An item, and what becomes of its record.
///
/// @param settled completes with what the queue is to be told
record Taken(Envelope<WorkItem> envelope, WorkItem item, CompletableFuture<AcknowledgeType> settled)
        implements TakenItem {

    @Override
    public void accept() {
        settled.complete(AcknowledgeType.ACCEPT);
    }

    @Override
    public void release() {
        settled.complete(AcknowledgeType.RELEASE);
    }
}
