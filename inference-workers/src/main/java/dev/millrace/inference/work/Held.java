package dev.millrace.inference.work;

import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskProgress;
import dev.millrace.domain.task.WorkItem;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.jspecify.annotations.Nullable;

/// An attempt in this worker's hands, from the moment its item was read.
///
/// ```
/// read ──▶ (claimed first, if in doubt) ──▶ worked on ──▶ reported
///   └── settled: the queue need not keep the item for us any more, or is to hand it out again
/// ```
///
/// Safe for use by many threads.
final class Held implements Attempt {

    private final Envelope<WorkItem> envelope;
    private final WorkItem item;
    private final BlobStore blobs;
    private final CompletableFuture<AcknowledgeType> settled = new CompletableFuture<>();
    private final CompletableFuture<Boolean> granted = new CompletableFuture<>();
    private volatile boolean withdrawn;
    private volatile boolean overdue;
    private volatile Instant endsBy = Instant.MAX;
    private @Nullable Thread working;
    private volatile @Nullable ProgressTeller progress;

    Held(Envelope<WorkItem> envelope, WorkItem item, BlobStore blobs) {
        this.envelope = envelope;
        this.item = item;
        this.blobs = blobs;
    }

    Envelope<WorkItem> envelope() {
        return envelope;
    }

    WorkItem item() {
        return item;
    }

    /// Completes with what the queue is to be told.
    CompletableFuture<AcknowledgeType> settled() {
        return settled;
    }

    /// Completes with whether the worker holds the attempt, once `decide` has said so.
    CompletableFuture<Boolean> granted() {
        return granted;
    }

    boolean isGranted() {
        return granted.getNow(false);
    }

    void grant() {
        granted.complete(true);
        settled.complete(AcknowledgeType.ACCEPT);
    }

    /// The attempt is not wanted any more: whoever works on it is interrupted.
    synchronized void withdraw() {
        withdrawn = true;
        granted.complete(false);
        settled.complete(AcknowledgeType.ACCEPT);
        interrupt();
    }

    /// The attempt has taken too long: whoever works on it is interrupted.
    synchronized void runOut() {
        overdue = true;
        interrupt();
    }

    boolean isOverdue() {
        return overdue;
    }

    /// Interrupts the work, if it goes on.
    synchronized void interrupt() {
        if (working != null) {
            working.interrupt();
        }
    }

    /// From now on this thread is interrupted when the attempt is not wanted any more.
    ///
    /// @param teller what is told how far the work is
    /// @param end when it has taken too long
    /// @return whether it still is
    synchronized boolean begin(ProgressTeller teller, Instant end) {
        if (withdrawn) {
            return false;
        }
        progress = teller;
        endsBy = end;
        working = Thread.currentThread();
        return true;
    }

    /// Nobody interrupts this thread any more.
    synchronized void end() {
        working = null;
        var _ = Thread.interrupted();
    }

    @Override
    public TaskId task() {
        return item.task();
    }

    @Override
    public int number() {
        return item.attempt();
    }

    @Override
    public int mostAttempts() {
        return item.terms().retries().mostAttempts();
    }

    @Override
    public @Nullable Instant deadline() {
        return item.terms().deadline();
    }

    @Override
    public Instant endsBy() {
        return endsBy;
    }

    @Override
    public List<Dependency> dependencies() {
        return item.dependencies().each().stream()
                .map(result -> new Dependency(result, blobs))
                .toList();
    }

    @Override
    public boolean dependenciesAreComplete() {
        return item.dependencies().isComplete();
    }

    @Override
    public void progress(double fraction, String note) {
        var said = new TaskProgress(item.task(), item.attempt(), fraction, note);
        var teller = progress;
        if (teller != null && !withdrawn) {
            teller.say(said);
        }
    }

    @Override
    public boolean isWithdrawn() {
        return withdrawn;
    }

    @Override
    public BlobStore blobs() {
        return blobs;
    }
}
