package dev.millrace.domain.audit.bundle;

import dev.millrace.domain.audit.PartitionHead;
import dev.millrace.domain.audit.Recovery;
import dev.millrace.domain.audit.bundle.Bundle.FormerHead;
import dev.millrace.domain.audit.bundle.Bundle.PartitionEvidence;
import dev.millrace.domain.audit.bundle.Verdict.Growth;
import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.audit.tree.ProofCheck;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Checks that a partition only grew, and lost nothing but what its recoveries admit.
///
/// ```
/// head of before ──▶ former head of recovery 1          in the epoch of before
///                    what it kept ──▶ former head 2     in the next
///                                     what it kept ──▶ head of now
/// ```
///
/// Each arrow is a consistency proof; so is the one from what a recovery kept to the head that it
/// ended. A recovery is believed because its digest is in the next head.
final class GrowthCheck {

    private final PartitionHead head;
    private final List<Recovery> recoveries;
    private final @Nullable FormerHead before;
    private final Bundle.@Nullable Before moment;
    private final Flaws flaws;

    GrowthCheck(PartitionEvidence evidence, Bundle.@Nullable Before moment, Flaws flaws) {
        this.head = evidence.head().head();
        this.recoveries = evidence.recoveries();
        this.before = evidence.before();
        this.moment = moment;
        this.flaws = flaws;
    }

    /// How the partition grew; null if there is nothing to compare with, or a flaw
    @Nullable Growth growth() {
        if (before == null) {
            requireRecoveries(Math.max(1, head.epoch()), null);
            return null;
        }
        var from = before.head().head();
        if (moment == null) {
            flaws.add(head.name(), "a former head without an earlier checkpoint");
            return null;
        }
        BundleVerifier.requirePlaced(
                head.name() + ", before", before.head(), moment.moment(), flaws);
        if (!from.isOf(head) || from.epoch() > head.epoch()) {
            flaws.add(
                    head.name(),
                    "before it was %s in epoch %d (expected: the same, in epoch %d or before)"
                            .formatted(from.name(), from.epoch(), head.epoch()));
            return null;
        }
        if (!requireRecoveries(from.epoch() + 1, from)) {
            return null;
        }
        requireProofs(from, before.growth());
        return new Growth(from, recoveries);
    }

    /// That they are those from an epoch on, each committed to by the next head.
    private boolean requireRecoveries(int firstEpoch, @Nullable PartitionHead from) {
        boolean isChain = recoveries.size() == Math.max(0, head.epoch() - firstEpoch + 1);
        var digest = from == null ? null : from.recovery();
        for (int i = 0; isChain && i < recoveries.size(); i++) {
            var recovery = recoveries.get(i);
            isChain =
                    recovery.epoch() == firstEpoch + i
                            && recovery.former().isOf(head)
                            && (digest == null || recovery.former().recovery().equals(digest));
            digest = recovery.digest();
        }
        if (!isChain || (digest != null && !head.recovery().equals(digest))) {
            flaws.add(
                    head.name(),
                    "its recoveries are not those that led to epoch %d".formatted(head.epoch()));
            return false;
        }
        return true;
    }

    private void requireProofs(PartitionHead from, List<List<Hash>> proofs) {
        if (proofs.size() != 2 * recoveries.size() + 1) {
            flaws.add(
                    head.name(),
                    "%d proofs of its growth (expected: %d)"
                            .formatted(proofs.size(), 2 * recoveries.size() + 1));
            return;
        }
        long size = from.size();
        var root = from.root();
        var last = from;
        for (int i = 0; i < recoveries.size(); i++) {
            var recovery = recoveries.get(i);
            var former = recovery.former();
            requireContinues(size, root, former, proofs.get(2 * i));
            requireOffsets(last, former, i == 0 || recoveries.get(i - 1).kept() > 0);
            requireContinues(recovery.kept(), recovery.keptRoot(), former, proofs.get(2 * i + 1));
            size = recovery.kept();
            root = recovery.keptRoot();
            last = former;
        }
        requireContinues(size, root, head, proofs.getLast());
        boolean isSameStart = recoveries.isEmpty() || recoveries.getLast().kept() > 0;
        requireOffsets(last, head, isSameStart);
    }

    private void requireContinues(long size, Hash root, PartitionHead latter, List<Hash> proof) {
        if (!ProofCheck.continues(size, root, latter.size(), latter.root(), proof)) {
            flaws.add(
                    head.name(),
                    "its tree of %d records in epoch %d does not begin with the %d of before"
                            .formatted(latter.size(), latter.epoch(), size));
        }
    }

    /// Within an epoch a partition never loses its end; what a recovery kept stays where it was.
    private void requireOffsets(PartitionHead last, PartitionHead next, boolean isSameStart) {
        boolean isSameEpoch = last.epoch() == next.epoch();
        if ((isSameStart && last.firstOffset() != next.firstOffset())
                || (isSameEpoch && last.endOffset() > next.endOffset())) {
            flaws.add(
                    head.name(),
                    "offsets %d to %d do not continue %d to %d"
                            .formatted(
                                    next.firstOffset(),
                                    next.endOffset(),
                                    last.firstOffset(),
                                    last.endOffset()));
        }
    }
}
