package dev.millrace.streams.simulation.planted;

import dev.millrace.streams.simulation.Seams;
import dev.millrace.streams.simulation.check.Rule;
import java.util.function.Supplier;

/// A bug that somebody might write, and the rule that it breaks.
enum PlantedBug {
    /// `decide` does not ask whether it applied a record before.
    REPLAYED_RECORDS_APPLIED(StoreBugs::replayedRecordsApplied, Rule.ONE_OUTCOME),
    /// Applied offsets are not restored after a crash.
    APPLIED_OFFSETS_IN_MEMORY(StoreBugs::appliedOffsetsInMemory, Rule.ONE_OUTCOME),
    /// Offsets are committed before what comes of the records is.
    OFFSETS_COMMITTED_EARLY(StoreBugs::offsetsCommittedEarly, Rule.ONE_OUTCOME),
    /// Events are written outside of the transaction, and stay when it is aborted.
    EVENTS_OUTSIDE_TRANSACTION(StoreBugs::eventsOutsideTransaction, Rule.ONE_OUTCOME),
    /// The same with results.
    RESULTS_OUTSIDE_TRANSACTION(StoreBugs::resultsOutsideTransaction, Rule.ALL_TOLD),
    /// A timer that has moved stays where it was, too.
    TIMER_DOUBLED(StoreBugs::timerDoubled, Rule.ONE_TIMER),
    /// A timer is not moved when a lease is extended.
    TIMER_LOST_ON_HEARTBEAT(StoreBugs::timerLostOnHeartbeat, Rule.ONE_TIMER),
    /// Timers are not restored after a crash.
    TIMERS_IN_MEMORY(StoreBugs::timersInMemory, Rule.ALL_END),
    /// Timers are restored, but nobody looks at them before the next one is set.
    NO_LOOK_AFTER_START(StoreBugs::noLookAfterStart, Rule.ALL_END),
    /// Who waits for whom is not restored after a crash.
    WATCHERS_IN_MEMORY(StoreBugs::watchersInMemory, Rule.ALL_END),
    /// Whoever waits is told that the first task has ended, whichever it was.
    WATCHERS_MIXED_UP(StoreBugs::watchersMixedUp, Rule.ALL_END),
    /// What became of those that a task waits for is not restored after a crash.
    DEPENDENCIES_IN_MEMORY(StoreBugs::dependenciesInMemory, Rule.RESULTS_AT_HAND),
    /// It is kept when the task has ended.
    DEPENDENCIES_KEPT(StoreBugs::dependenciesKept, Rule.RESULTS_AT_HAND),
    /// Nothing is kept of a task that has ended.
    ENDED_TASK_FORGOTTEN(StoreBugs::endedTaskForgotten, Rule.GAPLESS_VERSIONS),
    /// A task that has ended is kept, but not that it has.
    END_FORGOTTEN(StoreBugs::endForgotten, Rule.ONE_END),
    /// Whose a task is, is forgotten when it ends.
    OWNER_FORGOTTEN(StoreBugs::ownerForgotten, Rule.STATE_IS_FOLD),
    /// A refusal takes two versions.
    VERSION_SKIPPED_ON_REFUSAL(StoreBugs::versionSkippedOnRefusal, Rule.GAPLESS_VERSIONS),
    /// An attempt that failed is not counted.
    RETRIES_NOT_COUNTED(StoreBugs::retriesNotCounted, Rule.COUNTED_ATTEMPTS),
    /// A report of an attempt that is over is taken for one of the current attempt.
    STALE_REPORT_BELIEVED(DecisionBugs::staleReportBelieved, Rule.ONLY_BELIEVED),
    /// Any claim token will do.
    TOKEN_NOT_CHECKED(DecisionBugs::tokenNotChecked, Rule.ONLY_BELIEVED),
    /// Any tenant may speak of any task.
    TENANT_NOT_CHECKED(DecisionBugs::tenantNotChecked, Rule.ONLY_BELIEVED),
    /// A claim is granted though another worker has it.
    CLAIM_GRANTED_TWICE(DecisionBugs::claimGrantedTwice, Rule.ONE_HOLDER),
    /// A worker may be silent for ever.
    LEASE_NOT_ENFORCED(DecisionBugs::leaseNotEnforced, Rule.REFUSED_FOR_CAUSE),
    /// A claim gives no lease.
    LEASE_NOT_GIVEN(DecisionBugs::leaseNotGiven, Rule.COUNTED_ATTEMPTS),
    /// With a heartbeat an attempt may go on beyond the time that its kind allows.
    TIMEOUT_FORGOTTEN(DecisionBugs::timeoutForgotten, Rule.IN_TIME),
    /// A task does not expire.
    DEADLINE_IGNORED(DecisionBugs::deadlineIgnored, Rule.REFUSED_FOR_CAUSE),
    /// An attempt may begin after its task's deadline.
    BEGUN_TOO_LATE(DecisionBugs::begunTooLate, Rule.IN_TIME),
    /// A task that is worked on cannot be cancelled.
    CANCEL_IGNORED_WHILE_RUNNING(DecisionBugs::cancelIgnoredWhileRunning, Rule.REFUSED_FOR_CAUSE),
    /// A wake is believed whatever moment it is for.
    WOKEN_EARLY(DecisionBugs::wokenEarly, Rule.IN_TIME),
    /// What is queued is not queued once more when nobody takes it.
    NOT_QUEUED_ONCE_MORE(DecisionBugs::notQueuedOnceMore, Rule.ALL_END),
    /// Whoever waits is told that all went well.
    FALSE_END_TOLD(DecisionBugs::falseEndTold, Rule.TRUE_ENDS),
    /// Whoever waits is told of an output that is not the task's.
    OTHER_OUTPUT_TOLD(DecisionBugs::otherOutputTold, Rule.RESULTS_AT_HAND),
    /// Only the first attempt is handed what the tasks gave that its task waited for.
    RETRIES_WITHOUT_RESULTS(DecisionBugs::retriesWithoutResults, Rule.RESULTS_AT_HAND),
    /// The dispatcher commits how far it has read before it hands out what it read.
    DISPATCHED_AFTER_COMMIT(HandoutBugs::dispatchedAfterCommit, Rule.HANDED_OUT),
    /// The dispatcher hands out first attempts alone.
    RETRIES_NOT_HANDED_OUT(HandoutBugs::retriesNotHandedOut, Rule.HANDED_OUT),
    /// A worker takes an attempt for over that it gave back, or that another had for a while, and
    /// does not ask when it is handed it once more.
    GIVEN_BACK_TAKEN_FOR_OVER(HandoutBugs::givenBackTakenForOver, Rule.ALL_END);

    @SuppressWarnings("ImmutableEnumChecker") // these are references to static methods
    private final Supplier<Seams> seams;

    private final Rule rule;

    PlantedBug(Supplier<Seams> seams, Rule rule) {
        this.seams = seams;
        this.rule = rule;
    }

    /// A system with this bug.
    Seams plant() {
        return seams.get();
    }

    /// The rule that it breaks, first of all.
    Rule rule() {
        return rule;
    }
}
