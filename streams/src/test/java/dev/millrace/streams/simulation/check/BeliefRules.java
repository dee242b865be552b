package dev.millrace.streams.simulation.check;

import dev.millrace.domain.task.ClaimKey;
import dev.millrace.domain.task.DependencyPolicy;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskEvent.Reason;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.domain.task.TaskState;
import dev.millrace.streams.simulation.check.Situation.Stage;

/// Holds each step to [Rule#ONLY_BELIEVED] and [Rule#REFUSED_FOR_CAUSE]: what may not be done is
/// refused, and nothing else is.
final class BeliefRules {

    private final ClaimKey claims;
    private final Findings findings;

    BeliefRules(ClaimKey claims, Findings findings) {
        this.claims = claims;
        this.findings = findings;
    }

    void look(Step step) {
        if (step.event() instanceof TaskEvent.Refused refused) {
            boolean isUnreadable = step.input() == null;
            findings.require(
                    isUnreadable == (refused.reason() == Reason.UNREADABLE) && !isToBeDone(step),
                    Rule.REFUSED_FOR_CAUSE,
                    refused.task(),
                    step);
        } else {
            findings.require(
                    isToBeDone(step) && isOfItsKind(step),
                    Rule.ONLY_BELIEVED,
                    step.event().task(),
                    step);
        }
    }

    private boolean isToBeDone(Step step) {
        var before = step.before();
        return switch (step.input()) {
            case TaskCommand.Submit submit ->
                    before.stage() == Stage.NONE
                            && !step.hasCome(submit.terms().deadline())
                            && !submit.after().contains(submit.task());
            case TaskCommand.Cancel _ -> before.isOpen() && step.isOfOwner();
            case TaskCommand.Watch _ -> before.isOpen() && step.isOfOwner();
            case TaskCommand.Settle settle ->
                    before.stage() == Stage.WAITING
                            && step.isOfOwner()
                            && before.pending().contains(settle.index());
            case TaskCommand.Wake _ ->
                    before.isOpen()
                            && (step.hasCome(before.deadline())
                                    || step.hasCome(before.leaseEnds())
                                    || step.hasCome(before.due())
                                    || step.hasCome(before.again()));
            case TaskReport.Started started ->
                    step.isCredible(started, claims)
                            && !step.isTaken(started)
                            && !step.hasCome(before.deadline());
            case TaskReport report -> step.isCredible(report, claims);
            case null, default -> false;
        };
    }

    /// Whether the event is one that may come of such an input.
    private static boolean isOfItsKind(Step step) {
        var input = step.input();
        return switch (step.event()) {
            case TaskEvent.Submitted _ -> input instanceof TaskCommand.Submit;
            case TaskEvent.Watched _ -> input instanceof TaskCommand.Watch;
            case TaskEvent.DependencyEnded _ -> input instanceof TaskCommand.Settle;
            case TaskEvent.Queued _, TaskEvent.Expired _ ->
                    input instanceof TaskCommand.Wake
                            || input instanceof TaskReport.Released
                            || (input instanceof TaskCommand.Settle
                                    && step.before().pending().size() == 1);
            case TaskEvent.Started _ -> input instanceof TaskReport.Started;
            case TaskEvent.LeaseExtended _ -> input instanceof TaskReport.Heartbeat;
            case TaskEvent.AttemptFailed _ ->
                    input instanceof TaskCommand.Wake || input instanceof TaskReport.Failed;
            case TaskEvent.Failed _ ->
                    input instanceof TaskCommand.Wake
                            || input instanceof TaskReport.Failed
                            || isUnmet(step, DependencyPolicy.FAIL);
            case TaskEvent.Succeeded _ -> input instanceof TaskReport.Succeeded;
            case TaskEvent.Cancelled _ ->
                    input instanceof TaskCommand.Cancel || isUnmet(step, DependencyPolicy.SKIP);
            case TaskEvent.Refused _ -> true;
        };
    }

    /// Whether a task that it waits for did not succeed, and its terms are that it ends so then.
    private static boolean isUnmet(Step step, DependencyPolicy policy) {
        var terms = step.before().terms();
        return step.input() instanceof TaskCommand.Settle settle
                && settle.end() != TaskState.Stage.SUCCEEDED
                && terms != null
                && terms.onFailedDependency() == policy;
    }
}
