package dev.millrace.inference.work;

import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.kind.KindsUnavailable;
import dev.millrace.domain.kind.TaskKinds;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.inference.work.ProgressTeller.Later;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does the attempts of one kind, each from its item to its report.
///
/// Work that is over in a moment is not claimed: its item is locked for this worker, and one report
/// says it all. Whatever takes longer is claimed and kept alive by heartbeats, so that the queue
/// can forget the item. Work that may be another's, or nobody's any more, is claimed before it
/// begins.
///
/// Safe for use by many threads.
final class Performer<I, O> {

    private static final Logger LOG = LoggerFactory.getLogger(Performer.class);

    /// Work that takes longer than this is claimed.
    private static final long MOMENT_MILLIS = 50;

    /// How long to wait for the answer to a claim.
    private static final long CLAIM_MILLIS = 10_000;

    /// Between two heartbeats, or claims that nobody answers; less if the lease is short.
    private static final long LONGEST_PAUSE_MILLIS = 10_000;

    /// How long an attempt may take if its kind sets no bound: work that hangs does not hold it for
    /// ever.
    static final Duration LONGEST_ATTEMPT = Duration.ofDays(1);

    private static final long RESEND_MILLIS = 500;
    private static final int MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

    private final WorkKind<I, O> kind;
    private final String worker;
    private final PrioritySlots slots;
    private final Holdings holdings;
    private final Reports reports;
    private final BlobStore blobs;
    private final ScheduledExecutorService timers;
    private final WorkMeters meters;
    private final TaskKinds kinds;
    private final InstantSource clock;
    private volatile boolean draining;

    /// @param kinds say how long a worker of the kind may be silent
    Performer(
            WorkKind<I, O> kind,
            String worker,
            Holdings holdings,
            Reports reports,
            BlobStore blobs,
            ScheduledExecutorService timers,
            WorkMeters meters,
            TaskKinds kinds,
            InstantSource clock) {
        this.kind = kind;
        this.worker = worker;
        this.slots = new PrioritySlots(kind.concurrency());
        this.holdings = holdings;
        this.reports = reports;
        this.blobs = blobs;
        this.timers = timers;
        this.meters = meters;
        this.kinds = kinds;
        this.clock = clock;
    }

    WorkKind<I, O> kind() {
        return kind;
    }

    PrioritySlots slots() {
        return slots;
    }

    /// From now on what is interrupted is given back.
    void drain() {
        draining = true;
    }

    /// Does an attempt, on a virtual thread.
    ///
    /// @param isDoubtful whether it may be another's or over
    void perform(Held held, boolean isDoubtful) {
        var left = Left.UNDONE;
        try {
            slots.acquire(held.item().terms().priority());
            try {
                left = draining ? Left.UNDONE : performInSlot(held, isDoubtful);
            } finally {
                slots.release();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error broken) { // the attempt stays open and is taken for lost
            LOG.atError().setMessage("An attempt broke off").setCause(broken).log();
        } finally {
            holdings.drop(held, left == Left.OVER);
            held.settled()
                    .complete(
                            left == Left.UNDONE ? AcknowledgeType.RELEASE : AcknowledgeType.ACCEPT);
        }
    }

    private Left performInSlot(Held held, boolean isDoubtful) throws InterruptedException {
        var lease = lease();
        if (isDoubtful) {
            claim(held, lease);
            if (!isGranted(held)) {
                return held.isWithdrawn() || withdraw(held) ? Left.ELSEWHERE : Left.UNDONE;
            }
        }
        var progress =
                new ProgressTeller(said -> reports.tell(held.envelope(), said), Later.by(timers));
        if (!held.begin(progress, clock.instant().plus(longest(held)))) {
            return Left.ELSEWHERE;
        }
        var keepingAlive = keepAlive(held, lease, isDoubtful);
        TaskReport report;
        long began = System.nanoTime();
        try {
            report = attempt(held);
        } finally {
            held.end();
            progress.end();
        }
        try {
            if (report == null) {
                return giveBack(held);
            }
            meters.note(kind.name(), report, System.nanoTime() - began);
            return deliver(held, report) ? Left.OVER : Left.UNDONE;
        } finally {
            keepingAlive.cancel(false);
        }
    }

    private boolean isGranted(Held held) throws InterruptedException {
        try {
            return held.granted().get(CLAIM_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException unanswered) {
            return false;
        }
    }

    /// Takes back a claim that nobody answered, so that it is not granted to one who has gone on.
    ///
    /// @return whether that is in the log, so that the task is queued once more
    private boolean withdraw(Held held) throws InterruptedException {
        try {
            var _ = reports.send(held.envelope(), released(held)).get();
            return true;
        } catch (ExecutionException unwritten) {
            return false;
        }
    }

    private static TaskReport released(Held held) {
        var item = held.item();
        return new TaskReport.Released(item.task(), item.attempt(), item.claimToken());
    }

    /// As the kind has it now; what is not known of it is as usual.
    private Duration lease() {
        try {
            var newest = kinds.catalogue().newest(kind.name());
            return newest == null ? TaskReport.USUAL_LEASE : newest.lease();
        } catch (KindsUnavailable unknown) {
            return TaskReport.USUAL_LEASE;
        }
    }

    private static Duration longest(Held held) {
        var timeout = held.item().terms().timeout();
        return timeout == null ? LONGEST_ATTEMPT : timeout;
    }

    private Future<?> keepAlive(Held held, Duration lease, boolean isClaimed) {
        long pause = Math.min(lease.toMillis() / 3, LONGEST_PAUSE_MILLIS);
        return timers.scheduleWithFixedDelay(
                () -> {
                    if (!clock.instant().isBefore(held.endsBy())) {
                        held.runOut(); // and if the work does not heed that, its lease ends
                    } else if (held.isGranted()) {
                        heartbeat(held, lease);
                    } else if (!held.isWithdrawn()) {
                        claim(held, lease);
                    }
                },
                isClaimed ? pause : MOMENT_MILLIS,
                pause,
                TimeUnit.MILLISECONDS);
    }

    private void claim(Held held, Duration lease) {
        var item = held.item();
        var started =
                new TaskReport.Started(
                        item.task(), item.attempt(), item.claimToken(), worker, lease);
        var _ = reports.send(held.envelope(), started);
    }

    private void heartbeat(Held held, Duration lease) {
        var item = held.item();
        var heartbeat =
                new TaskReport.Heartbeat(item.task(), item.attempt(), item.claimToken(), lease);
        var _ = reports.send(held.envelope(), heartbeat);
    }

    /// What is to be reported of the work; null if it was broken off.
    private @Nullable TaskReport attempt(Held held) {
        var item = held.item();
        try {
            var input = JsonContents.read(blobs, item.input(), kind.input(), "input");
            var output = kind.work().perform(input, held);
            return new TaskReport.Succeeded(
                    item.task(), item.attempt(), item.claimToken(), content(output));
        } catch (WorkFailed failed) {
            return failed(held, failed.failure(), failed.isRetryable());
        } catch (InterruptedException stopped) {
            return held.isOverdue() ? timedOut(held) : null;
        } catch (Exception | Error failed) { // whatever the work throws is its failure
            if (held.isOverdue()) {
                return timedOut(held);
            }
            if (held.isWithdrawn() || (draining && Thread.interrupted())) {
                return null;
            }
            LOG.atDebug().setMessage("An attempt failed").setCause(failed).log();
            return failed(held, new Failure("worker_error", failed.toString()), true);
        }
    }

    private static TaskReport timedOut(Held held) {
        return failed(
                held,
                new Failure(
                        "timed_out",
                        "attempt %d took longer than %s"
                                .formatted(held.item().attempt(), longest(held))),
                true);
    }

    private Content content(O output) throws WorkFailed, IOException {
        var text = JsonContents.JSON.writeValueAsString(output);
        if (text.length() > MAX_OUTPUT_BYTES) {
            throw WorkFailed.forGood(
                    "output_too_large",
                    "output: %d characters (expected: at most %d); put it into the blob store"
                            .formatted(text.length(), MAX_OUTPUT_BYTES));
        }
        return blobs.hold(text);
    }

    private static TaskReport failed(Held held, Failure failure, boolean isRetryable) {
        var item = held.item();
        return new TaskReport.Failed(
                item.task(), item.attempt(), item.claimToken(), failure, isRetryable);
    }

    /// An attempt that was broken off is over, or another worker's.
    private Left giveBack(Held held) throws InterruptedException {
        if (held.isWithdrawn()) {
            return Left.ELSEWHERE;
        }
        return held.isGranted() && deliver(held, released(held)) ? Left.ELSEWHERE : Left.UNDONE;
    }

    /// Reports, and tries again until it is in the log or nobody wants to know any more.
    private boolean deliver(Held held, TaskReport report) throws InterruptedException {
        while (true) {
            try {
                var _ = reports.send(held.envelope(), report).get();
                return true;
            } catch (ExecutionException unwritten) {
                LOG.atWarn()
                        .setMessage("A report is not in the log yet")
                        .addKeyValue("cause", String.valueOf(unwritten.getCause()))
                        .log();
                if (held.isWithdrawn() || draining) {
                    return false;
                }
                Thread.sleep(RESEND_MILLIS);
            }
        }
    }

    /// How an attempt is when its worker lets go of it.
    private enum Left {
        /// Reported: nobody is to work on it any more.
        OVER,
        /// Given back, or another's. It may come again under the same number, to this worker too.
        ELSEWHERE,
        /// For the queue to hand out again.
        UNDONE
    }
}
