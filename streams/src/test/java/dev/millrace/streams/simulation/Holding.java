package dev.millrace.streams.simulation;

import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.domain.task.WorkItem;
import dev.millrace.schemas.topic.KafkaWorkQueues;
import dev.millrace.streams.simulation.VirtualWork.Outcome;
import dev.millrace.streams.simulation.log.VirtualClock.Alarm;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// An attempt in a worker's hands, from the moment its item was read:
///
/// ```
/// read ──▶ (claimed first, if in doubt) ──▶ worked on ──▶ reported
/// ```
///
/// Whatever takes longer than a moment is claimed meanwhile, and kept alive once it is granted.
final class Holding {

    private static final int MOMENT_MILLIS = 50;
    private static final int CLAIM_MILLIS = 10_000;
    private static final Duration LEASE = TaskReport.USUAL_LEASE;
    private static final int HEARTBEAT_MILLIS = (int) LEASE.toMillis() / 3;
    private static final int RENEW_MILLIS = KafkaWorkQueues.LOCK_MILLIS / 3;
    private static final int RESEND_MILLIS = 500;

    private final SimulatedWorker worker;
    private final Delivery delivery;
    private final WorkItem item;
    private Stage stage = Stage.CLAIMING;
    private boolean isDoubtful;
    private boolean isGranted;
    private boolean isWithdrawn;
    private boolean isSettled;
    private @Nullable Alarm unanswered;

    Holding(SimulatedWorker worker, Delivery delivery) {
        this.worker = worker;
        this.delivery = delivery;
        this.item = delivery.item();
    }

    void begin(boolean inDoubt) {
        isDoubtful = inDoubt;
        var _ = worker.in(RENEW_MILLIS, this::renew);
        if (inDoubt) {
            claim();
            unanswered = worker.in(CLAIM_MILLIS, this::giveClaimUp);
        } else {
            work();
        }
    }

    private void renew() {
        if (!isSettled) {
            delivery.renew();
            var _ = worker.in(RENEW_MILLIS, this::renew);
        }
    }

    private void claim() {
        send(
                new TaskReport.Started(
                        item.task(), item.attempt(), item.claimToken(), worker.worker(), LEASE));
    }

    private void send(TaskReport report) {
        worker.report(report, delivery.envelope().tenant(), _ -> {});
    }

    /// Takes back a claim that nobody answered, so that it is not granted to one who has gone on.
    private void giveClaimUp() {
        if (stage != Stage.CLAIMING) {
            return;
        }
        stage = Stage.GIVING_BACK;
        worker.report(
                new TaskReport.Released(item.task(), item.attempt(), item.claimToken()),
                delivery.envelope().tenant(),
                isWritten -> end(isWritten, worker.world.seams.isSpentOnceGivenBack()));
    }

    private void work() {
        stage = Stage.WORKING;
        var work = VirtualWork.draw(worker.world);
        var _ = worker.in(isDoubtful ? HEARTBEAT_MILLIS : MOMENT_MILLIS, this::keepAlive);
        var _ = worker.in(work.millis(), () -> report(work.outcome()));
    }

    private void keepAlive() {
        if (stage == Stage.OVER) {
            return;
        }
        if (isGranted) {
            send(new TaskReport.Heartbeat(item.task(), item.attempt(), item.claimToken(), LEASE));
        } else if (!isWithdrawn) {
            claim();
        }
        var _ = worker.in(HEARTBEAT_MILLIS, this::keepAlive);
    }

    private void report(Outcome outcome) {
        if (stage != Stage.WORKING) {
            return;
        }
        stage = Stage.REPORTING;
        deliver(
                switch (outcome) {
                    case DONE ->
                            new TaskReport.Succeeded(
                                    item.task(),
                                    item.attempt(),
                                    item.claimToken(),
                                    VirtualWork.output(item.task(), item.attempt()));
                    case BROKEN -> failed("worker_error", true);
                    case HOPELESS -> failed("bad_input", false);
                    case FINAL -> failed(VirtualWork.FINAL_CODE, true);
                    case GIVEN_BACK ->
                            new TaskReport.Released(item.task(), item.attempt(), item.claimToken());
                });
    }

    private TaskReport failed(String code, boolean isRetryable) {
        return new TaskReport.Failed(
                item.task(), item.attempt(), item.claimToken(), new Failure(code, ""), isRetryable);
    }

    /// Reports, and tries again until it is in the log or nobody wants to know any more.
    private void deliver(TaskReport report) {
        worker.report(
                report,
                delivery.envelope().tenant(),
                isWritten -> {
                    if (isWritten) {
                        end(
                                true,
                                !(report instanceof TaskReport.Released)
                                        || worker.world.seams.isSpentOnceGivenBack());
                    } else if (isWithdrawn) {
                        end(false, false);
                    } else {
                        var _ = worker.in(RESEND_MILLIS, () -> deliver(report));
                    }
                });
    }

    void grant() {
        isGranted = true;
        settle();
        if (stage == Stage.CLAIMING) {
            if (unanswered != null) {
                unanswered.cancel();
            }
            work();
        }
    }

    /// The attempt is not wanted any more.
    ///
    /// @param fromAll whether nobody is to work on it
    void withdraw(boolean fromAll) {
        isWithdrawn = true;
        settle();
        if (stage == Stage.CLAIMING || stage == Stage.WORKING) {
            end(true, fromAll || worker.world.seams.isSpentOnceGivenBack());
        }
    }

    private void settle() {
        if (!isSettled) {
            isSettled = true;
            delivery.accept();
        }
    }

    /// @param isDone whether the queue need not keep the item
    /// @param isSpent whether nobody is to work on the attempt any more
    private void end(boolean isDone, boolean isSpent) {
        stage = Stage.OVER;
        if (unanswered != null) {
            unanswered.cancel();
        }
        worker.drop(item, isSpent);
        if (isDone) {
            settle();
        } else if (!isSettled) {
            isSettled = true;
            delivery.release();
        }
    }

    private enum Stage {
        CLAIMING,
        GIVING_BACK,
        WORKING,
        REPORTING,
        OVER
    }
}
