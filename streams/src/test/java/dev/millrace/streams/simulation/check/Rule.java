package dev.millrace.streams.simulation.check;

/// What must hold.
public enum Rule {
    /// Each command and report has one outcome, and each event one cause.
    ONE_OUTCOME,
    /// A task's versions are 1, 2, 3 … in the order of the log.
    GAPLESS_VERSIONS,
    /// A task ends once, and nothing but refusals follows.
    ONE_END,
    /// What happens follows from what may be believed: the current attempt, the right token, the
    /// task's own tenant.
    ONLY_BELIEVED,
    /// What is refused may not be done, and what may be done is not refused.
    REFUSED_FOR_CAUSE,
    /// An attempt has one holder at a time.
    ONE_HOLDER,
    /// Attempts count up by one, to the number that was asked for; whoever works on one has a
    /// lease.
    COUNTED_ATTEMPTS,
    /// Nothing happens before its moment.
    IN_TIME,
    /// A success has one result, and a granted claim is told.
    ALL_TOLD,
    /// Whatever is queued is handed out.
    HANDED_OUT,
    /// What `decide` knows of a task is the fold of its events.
    STATE_IS_FOLD,
    /// There is one timer for each task that waits for a moment, and none for others.
    ONE_TIMER,
    /// A task is told of the tasks that it waits for how they ended, and as they did.
    TRUE_ENDS,
    /// An attempt is handed what the tasks gave that its task waited for, and nothing of that is
    /// kept once the task has ended.
    RESULTS_AT_HAND,
    /// Everything that was asked for ends, in bounded time.
    ALL_END
}
