package dev.millrace.domain.audit.bundle;

import dev.millrace.domain.audit.PartitionHead;
import dev.millrace.domain.audit.PartitionHeads;
import dev.millrace.domain.audit.Recovery;
import dev.millrace.domain.audit.bundle.Bundle.Before;
import dev.millrace.domain.audit.bundle.Bundle.FormerHead;
import dev.millrace.domain.audit.bundle.Bundle.Moment;
import dev.millrace.domain.audit.bundle.Bundle.PartitionEvidence;
import dev.millrace.domain.audit.bundle.Bundle.PlacedHead;
import dev.millrace.domain.audit.bundle.Bundle.RecordEvidence;
import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.audit.tree.MemoryTree;
import dev.millrace.domain.audit.tree.TileReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes bundles from the trees of a site.
///
/// Confined to one thread; calls block on the store of the trees.
public final class Bundler {

    private final TileReader siteLog;
    private final Trees trees;

    /// @param siteLog whose entries are the states of the site
    public Bundler(TileReader siteLog, Trees trees) {
        this.siteLog = siteLog;
        this.trees = trees;
    }

    /// Where the trees of partitions are.
    @FunctionalInterface
    public interface Trees {
        /// The tree of the partition and the epoch of a head.
        TileReader of(PartitionHead head) throws IOException;
    }

    /// Some records of a partition.
    ///
    /// @param head of it, now
    public record Selection(PartitionHead head, List<Selected> records) {
        public Selection {
            records = List.copyOf(records);
        }
    }

    /// A record.
    ///
    /// @param index in the tree of its partition
    public record Selected(long index, Shown shown) {}

    /// Makes one bundle.
    ///
    /// @param before what to compare with; null for nothing
    /// @param recoveries of these partitions, at least those since `before`
    /// @param selections one for each partition that the bundle is to be about
    public Bundle bundle(
            Snapshot now,
            @Nullable Snapshot before,
            List<Recovery> recoveries,
            List<Selection> selections)
            throws IOException {
        var treeNow = now.heads().tree();
        var treeBefore = before == null ? null : before.heads().tree();
        var partitions = new ArrayList<PartitionEvidence>();
        for (var selection :
                selections.stream()
                        .sorted(Comparator.comparing(Selection::head, PartitionHead.ORDER))
                        .toList()) {
            var head = selection.head();
            var former = before == null ? null : before.headOf(head);
            var needed = needed(recoveries, former, head);
            partitions.add(
                    new PartitionEvidence(
                            placed(head, now.heads(), treeNow),
                            needed,
                            before == null || former == null || treeBefore == null
                                    ? null
                                    : new FormerHead(
                                            placed(former, before.heads(), treeBefore),
                                            growth(former, needed, head)),
                            records(selection)));
        }
        return new Bundle(
                moment(now),
                before == null
                        ? null
                        : new Before(
                                moment(before),
                                siteLog.consistency(
                                        before.state().number() + 1, now.state().number() + 1)),
                partitions);
    }

    private Moment moment(Snapshot snapshot) throws IOException {
        long number = snapshot.state().number();
        return new Moment(
                snapshot.checkpoint(), snapshot.state(), siteLog.inclusion(number, number + 1));
    }

    private List<RecordEvidence> records(Selection selection) throws IOException {
        var head = selection.head();
        var tree = trees.of(head);
        var records = new ArrayList<RecordEvidence>();
        for (var each :
                selection.records().stream()
                        .sorted(Comparator.comparingLong(Selected::index))
                        .toList()) {
            records.add(
                    new RecordEvidence(
                            each.index(), each.shown(), tree.inclusion(each.index(), head.size())));
        }
        return records;
    }

    private List<List<Hash>> growth(PartitionHead from, List<Recovery> recoveries, PartitionHead to)
            throws IOException {
        var proofs = new ArrayList<List<Hash>>();
        long size = from.size();
        for (var recovery : recoveries) {
            var former = recovery.former();
            var tree = trees.of(former);
            proofs.add(tree.consistency(size, former.size()));
            proofs.add(tree.consistency(recovery.kept(), former.size()));
            size = recovery.kept();
        }
        proofs.add(trees.of(to).consistency(size, to.size()));
        return proofs;
    }

    private static List<Recovery> needed(
            List<Recovery> recoveries, @Nullable PartitionHead former, PartitionHead head) {
        int after = former == null ? head.epoch() - 1 : former.epoch();
        return recoveries.stream()
                .filter(each ->
                        each.former().isOf(head)
                                && each.epoch() > after
                                && each.epoch() <= head.epoch())
                .sorted(Comparator.comparingInt(Recovery::epoch))
                .toList();
    }

    private static PlacedHead placed(PartitionHead head, PartitionHeads heads, MemoryTree tree) {
        int index = heads.heads().indexOf(head);
        if (index < 0) {
            throw new IllegalArgumentException(
                    "head of %s: not one of the checkpoint".formatted(head.name()));
        }
        return new PlacedHead(head, index, tree.inclusion(index));
    }
}
