package dev.millrace.streams.simulation.views.planted;

import dev.millrace.streams.simulation.views.ViewSeams;
import dev.millrace.streams.simulation.views.check.ViewRule;
import java.util.function.Supplier;

/// A bug that somebody might write into the views, and the rule that it breaks.
enum ViewBug {
    /// How far it has read is stored before what follows from it.
    POSITION_BEFORE_ROWS(FoldBugs::positionBeforeRows, ViewRule.READ_SHOWS_WRITE),
    /// A refusal changes no row, so it is passed over.
    REFUSALS_PASSED_OVER(FoldBugs::refusalsPassedOver, ViewRule.READ_ENDS),
    /// A refusal is folded, but not that it is.
    POSITION_OF_REFUSALS_NOT_KEPT(FoldBugs::positionOfRefusalsNotKept, ViewRule.ALL_CAUGHT_UP),
    /// Nobody is told that a refusal is folded.
    REFUSALS_NOT_TOLD(FoldBugs::refusalsNotTold, ViewRule.READ_ENDS),
    /// An embedding whose document is not there yet is dropped.
    EARLY_EMBEDDING_DROPPED(FoldBugs::earlyEmbeddingDropped, ViewRule.VIEW_IS_FOLD),
    /// What was folded before is folded again when it is read again.
    REPLAYED_RECORDS_FOLDED(StoreBugs::replayedRecordsFolded, ViewRule.VIEW_IS_FOLD),
    /// A row stays where it was in the lists when it moves.
    INDEX_ROW_KEPT(StoreBugs::indexRowKept, ViewRule.VIEW_IS_FOLD),
    /// A count stays when nothing is left to count.
    COUNT_KEPT_AT_ZERO(StoreBugs::countKeptAtZero, ViewRule.VIEW_IS_FOLD),
    /// Counts are written outside of the transaction: after a crash a record counts twice.
    COUNTED_TWICE_AFTER_CRASH(StoreBugs::countedTwiceAfterCrash, ViewRule.VIEW_IS_FOLD),
    /// How far a fold has come lasts, though a crash undoes what it folded.
    POSITION_LASTS_ALONE(StoreBugs::positionLastsAlone, ViewRule.VIEW_IS_FOLD),
    /// Offsets are committed before the stores are.
    OFFSETS_COMMITTED_EARLY(StoreBugs::offsetsCommittedEarly, ViewRule.VIEW_IS_FOLD),
    /// An index is not restored when its partition moves.
    INDEX_NOT_RESTORED(StoreBugs::indexNotRestored, ViewRule.VIEW_IS_FOLD),
    /// Views that are made anew go on where the lost ones were.
    REBUILD_BEGINS_LATE(StoreBugs::rebuildBeginsLate, ViewRule.VIEW_IS_FOLD),
    /// What an open transaction holds is folded, whatever becomes of it.
    UNCOMMITTED_FOLDED(StoreBugs::uncommittedFolded, ViewRule.VIEW_IS_FOLD),
    /// What an earlier attempt says late is shown.
    LATE_PROGRESS_SHOWN(StoreBugs::lateProgressShown, ViewRule.VIEW_TELLS_HISTORY),
    /// What happened in a span of time replaces what happened before in the same.
    SPAN_OVERWRITTEN(StoreBugs::spanOverwritten, ViewRule.VIEW_TELLS_HISTORY),
    /// What a worker did replaces what it did before.
    TALLY_OVERWRITTEN(StoreBugs::tallyOverwritten, ViewRule.VIEW_TELLS_HISTORY),
    /// A read merges the rows of all partitions but the last.
    PARTITION_DROPPED(ReadBugs::partitionDropped, ViewRule.READ_SHOWS_WRITE),
    /// A read does not wait for its token, and says that it did.
    TOKEN_NOT_AWAITED(ReadBugs::tokenNotAwaited, ViewRule.READ_SHOWS_WRITE),
    /// A read waits to be told of what is folded already.
    FOLDED_ALREADY_AWAITED(ReadBugs::foldedAlreadyAwaited, ViewRule.READ_ENDS);

    @SuppressWarnings("ImmutableEnumChecker") // these are references to static methods
    private final Supplier<ViewSeams> seams;

    private final ViewRule rule;

    ViewBug(Supplier<ViewSeams> seams, ViewRule rule) {
        this.seams = seams;
        this.rule = rule;
    }

    /// Views with this bug.
    ViewSeams plant() {
        return seams.get();
    }

    /// The rule that it breaks, first of all.
    ViewRule rule() {
        return rule;
    }
}
