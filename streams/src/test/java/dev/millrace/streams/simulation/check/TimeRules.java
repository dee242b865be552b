package dev.millrace.streams.simulation.check;

import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.streams.simulation.check.Situation.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Holds each step to [Rule#IN_TIME].
///
/// Whoever wakes a task has a clock of its own, which may be ahead of the log's, but not by more
/// than clocks differ.
final class TimeRules {

    /// By how much clocks differ at most in a simulation: one of 3 s, a broker's of 0.3 s.
    private static final Duration MOST_SKEW = Duration.ofSeconds(7);

    private final Findings findings;

    TimeRules(Findings findings) {
        this.findings = findings;
    }

    void look(Step step) {
        if (step.input() instanceof TaskCommand.Wake wake) {
            require(step, !wake.due().isAfter(logged(step).plus(MOST_SKEW)));
        }
        var before = step.before();
        switch (step.event()) {
            case TaskEvent.Submitted submitted -> {
                var wanted = submitted.terms().notBefore();
                boolean isToWait =
                        wanted != null && !step.hasCome(wanted) && submitted.after().isEmpty();
                require(step, Objects.equals(submitted.due(), isToWait ? wanted : null));
            }
            case TaskEvent.DependencyEnded ended -> {
                var wanted = before.terms() == null ? null : before.terms().notBefore();
                boolean isToWait = wanted != null && !step.hasCome(wanted) && ended.left() == 0;
                require(step, Objects.equals(ended.due(), isToWait ? wanted : null));
            }
            case TaskEvent.Queued _ -> require(step, mayBeQueued(step));
            case TaskEvent.Started started -> {
                require(step, !step.hasCome(before.deadline()));
                require(step, Objects.equals(started.endsBy(), endsBy(step)));
                requireLease(step, started.leaseEnds(), started.endsBy());
            }
            case TaskEvent.LeaseExtended extended ->
                    requireLease(step, extended.leaseEnds(), before.endsBy());
            case TaskEvent.AttemptFailed failed -> {
                requireLost(step);
                require(step, failed.retryAt().isAfter(step.now()));
            }
            case TaskEvent.Failed _ -> requireLost(step);
            case TaskEvent.Expired _ -> require(step, step.hasCome(before.deadline()));
            case TaskEvent.Watched _,
                    TaskEvent.Succeeded _,
                    TaskEvent.Cancelled _,
                    TaskEvent.Refused _ -> {}
        }
    }

    private static boolean mayBeQueued(Step step) {
        var before = step.before();
        var terms = Objects.requireNonNull(before.terms());
        return switch (step.input()) {
            case TaskReport.Released _ -> true;
            case TaskCommand.Settle _ ->
                    terms.notBefore() == null || step.hasCome(terms.notBefore());
            case null, default ->
                    step.hasCome(before.stage() == Stage.WAITING ? before.due() : before.again());
        };
    }

    /// An attempt that fails without a report has lost its lease.
    private void requireLost(Step step) {
        require(
                step,
                step.input() instanceof TaskReport
                        || step.input() instanceof TaskCommand.Settle
                        || step.hasCome(step.before().leaseEnds()));
    }

    /// When an attempt has failed in any case that begins now, or has begun before.
    private static @Nullable Instant endsBy(Step step) {
        var terms = step.before().terms();
        var timeout = terms == null ? null : terms.timeout();
        var known = step.before().endsBy();
        return known != null || timeout == null ? known : logged(step).plus(timeout);
    }

    private void requireLease(Step step, @Nullable Instant ends, @Nullable Instant endsBy) {
        if (ends == null) {
            return;
        }
        require(step, ends.isAfter(logged(step)) || ends.equals(endsBy));
        require(step, !ends.isAfter(logged(step).plus(TaskReport.LONGEST_LEASE)));
        require(step, endsBy == null || !ends.isAfter(endsBy));
    }

    private static Instant logged(Step step) {
        return Instant.ofEpochMilli(step.cause().timestamp());
    }

    private void require(Step step, boolean holds) {
        findings.require(holds, Rule.IN_TIME, step.event().task(), step);
    }
}
