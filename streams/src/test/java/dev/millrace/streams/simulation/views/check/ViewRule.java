package dev.millrace.streams.simulation.views.check;

/// What must hold of views.
public enum ViewRule {
    /// A read by the token of a write shows what follows from the write, or what came later; and as
    /// much as it says that the view has read.
    READ_SHOWS_WRITE,
    /// A read is answered or refused in bounded time, and is told that the view is behind only if
    /// it is; once all is well it is answered at once, whatever the write said, refusals and
    /// repetitions included.
    READ_ENDS,
    /// The stores of a partition are the fold of the records that they say are folded.
    VIEW_IS_FOLD,
    /// What a view shows at the end is what the log says happened, told by hand.
    VIEW_TELLS_HISTORY,
    /// Once nothing happens any more, all that was written is folded, and held by somebody.
    ALL_CAUGHT_UP
}
