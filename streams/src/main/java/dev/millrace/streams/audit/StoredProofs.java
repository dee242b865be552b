package dev.millrace.streams.audit;

import dev.millrace.domain.audit.Audit.Included;
import dev.millrace.domain.audit.AuditTree;
import dev.millrace.domain.audit.LeafSearch;
import dev.millrace.domain.audit.PartitionHead;
import dev.millrace.domain.audit.bundle.Snapshot;
import dev.millrace.domain.audit.tree.ConsistencyProof;
import dev.millrace.domain.audit.tree.InclusionProof;
import dev.millrace.domain.audit.tree.TileReader;
import dev.millrace.domain.view.InvalidQuery;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Single proofs out of the trees of a site, no further than its newest checkpoint goes: what is
/// behind that may still be lost and come again as something else.
final class StoredProofs {

    private static final String SOON = "; what is written now is there in some seconds";

    private final AuditStore store;
    private final Snapshot newest;

    StoredProofs(AuditStore store, Snapshot newest) {
        this.store = store;
        this.newest = newest;
    }

    /// @param size leaves of the tree to prove it in; null for all of the newest checkpoint
    /// @throws InvalidQuery if there is no such record or size
    Included inclusion(AuditedPartition partition, long offset, @Nullable Long size)
            throws IOException {
        var head = head(partition);
        if (offset >= head.endOffset()) {
            throw new InvalidQuery(
                    "offset: %d (expected: one before %d, where the newest checkpoint of %s ends%s)"
                            .formatted(offset, head.endOffset(), partition.name(), SOON));
        }
        var tree = store.treeReader(head);
        var leaves = new LeafSearch(tree, head.size());
        long index = leaves.indexFrom(offset);
        var leaf = index < head.size() ? leaves.at(index) : null;
        if (leaf == null || leaf.offset() != offset) {
            throw new InvalidQuery(
                    "offset: %d of %s has no record%s"
                            .formatted(
                                    offset,
                                    partition.name(),
                                    leaf == null
                                            ? " (expected: one before it)"
                                            : " (expected: one that has, as %d)"
                                                    .formatted(leaf.offset())));
        }
        long of = size == null ? head.size() : size;
        if (of <= index || of > head.size()) {
            throw new InvalidQuery(
                    "size: %d (expected: %d..%d, of trees that have the record and are signed)"
                            .formatted(of, index + 1, head.size()));
        }
        return new Included(
                leaf,
                head.epoch(),
                new InclusionProof(
                        index, of, leaf.hash(), tree.inclusion(index, of), tree.root(of)));
    }

    /// @param of how it is called
    /// @param partition that the tree is of; null for the site's log
    /// @throws InvalidQuery if there are no such sizes
    ConsistencyProof consistency(
            AuditTree of, @Nullable AuditedPartition partition, long from, long to)
            throws IOException {
        TileReader tree;
        long most;
        if (partition == null) {
            tree = store.logReader();
            most = newest.state().number() + 1;
        } else {
            var head = head(partition);
            tree = store.treeReader(head);
            most = head.size();
        }
        if (from < 1 || to < from || to > most) {
            throw new InvalidQuery(
                    "from, to: %d, %d (expected: sizes of %s, 1..%d, the second no lower%s)"
                            .formatted(from, to, of, most, SOON));
        }
        return new ConsistencyProof(
                from, tree.root(from), to, tree.root(to), tree.consistency(from, to));
    }

    private PartitionHead head(AuditedPartition partition) {
        return newest.heads().heads().stream()
                .filter(head -> AuditedPartition.of(head).equals(partition))
                .findAny()
                .orElseThrow(() ->
                        new InvalidQuery(
                                "topic, partition: %s (expected: one that the newest checkpoint has%s)"
                                        .formatted(partition.name(), SOON)));
    }
}
