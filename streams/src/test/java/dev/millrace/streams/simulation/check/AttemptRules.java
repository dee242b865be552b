package dev.millrace.streams.simulation.check;

import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskReport;
import java.util.Objects;

/// Holds each step to [Rule#ONE_HOLDER] and [Rule#COUNTED_ATTEMPTS].
final class AttemptRules {

    private final Findings findings;

    AttemptRules(Findings findings) {
        this.findings = findings;
    }

    void look(Step step) {
        var before = step.before();
        switch (step.event()) {
            case TaskEvent.Started started -> {
                boolean isFree =
                        before.isInHouse()
                                || before.holder() == null
                                || before.holder().equals(started.worker());
                findings.require(isFree, Rule.ONE_HOLDER, started.task(), step);
                requireCurrent(step, started.attempt());
                requireCounted(step, before.isInHouse() || started.leaseEnds() != null);
            }
            case TaskEvent.LeaseExtended extended -> requireCurrent(step, extended.attempt());
            case TaskEvent.Queued queued -> requireCurrent(step, queued.attempt());
            case TaskEvent.Succeeded succeeded -> requireCurrent(step, succeeded.attempt());
            case TaskEvent.AttemptFailed failed -> {
                requireCurrent(step, failed.attempt());
                requireCounted(step, mayFollow(step, failed.failure()));
            }
            case TaskEvent.Failed failed -> {
                requireCurrent(step, failed.attempt());
                requireCounted(step, !mayFollow(step, failed.failure()));
            }
            case TaskEvent.Cancelled cancelled -> requireCurrent(step, cancelled.attempt());
            case TaskEvent.Expired expired -> requireCurrent(step, expired.attempt());
            case TaskEvent.Submitted _,
                    TaskEvent.Watched _,
                    TaskEvent.DependencyEnded _,
                    TaskEvent.Refused _ -> {}
        }
    }

    /// Whether another attempt is to follow.
    private static boolean mayFollow(Step step, Failure failure) {
        var retries = Objects.requireNonNull(step.before().terms()).retries();
        boolean isRetryable =
                step.input() instanceof TaskCommand.Wake
                        || (step.input() instanceof TaskReport.Failed report
                                && report.isRetryable());
        return isRetryable
                && step.before().attempt() < retries.mostAttempts()
                && !retries.finalCodes().contains(failure.code());
    }

    private void requireCurrent(Step step, int attempt) {
        requireCounted(step, attempt == step.before().attempt());
    }

    private void requireCounted(Step step, boolean holds) {
        findings.require(holds, Rule.COUNTED_ATTEMPTS, step.event().task(), step);
    }
}
