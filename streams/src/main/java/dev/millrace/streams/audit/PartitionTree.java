package dev.millrace.streams.audit;

import dev.millrace.domain.audit.Leaf;
import dev.millrace.domain.audit.PartitionHead;
import dev.millrace.domain.audit.Recovery;
import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.audit.tree.TileReader;
import dev.millrace.domain.audit.tree.TileWriter;
import dev.millrace.domain.audit.tree.TileWriter.Partials;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/// The tree of one partition, in its newest epoch. Its size says how far the partition was read, so
/// that nothing else needs to.
///
/// Confined to one thread.
final class PartitionTree {

    private static final int CACHED_TILES = 16;

    private final AuditStore store;
    private final AuditedPartition partition;
    private final List<Recovery> recoveries;
    private final AuditStore.Place place;
    private final TileWriter tree;
    private long end;

    private PartitionTree(
            AuditStore store,
            AuditedPartition partition,
            List<Recovery> recoveries,
            AuditStore.Place place)
            throws IOException {
        this.store = store;
        this.partition = partition;
        this.recoveries = List.copyOf(recoveries);
        this.place = place;
        var tiles = store.tree(partition, recoveries.size());
        this.tree = TileWriter.open(tiles, Partials.NEWEST);
        this.end =
                tree.size() == 0
                        ? place.first()
                        : Leaf.decode(reader().entry(tree.size() - 1)).offset() + 1;
    }

    /// Goes on where the last commit was.
    ///
    /// @param logStart where a new one begins
    static PartitionTree open(AuditStore store, AuditedPartition partition, long logStart)
            throws IOException {
        var recoveries = store.recoveries(partition);
        var place = store.place(partition, recoveries.size());
        if (place == null) {
            place = new AuditStore.Place(logStart, logStart);
            store.begin(partition, recoveries.size(), place);
        }
        return new PartitionTree(store, partition, recoveries, place);
    }

    AuditedPartition partition() {
        return partition;
    }

    List<Recovery> recoveries() {
        return recoveries;
    }

    long size() {
        return tree.size();
    }

    /// The offset to read on at.
    long next() {
        return Math.max(end, place.resume());
    }

    /// The offset after that of the last of some records; 0 for none.
    long endOf(long records) throws IOException {
        return records == 0 ? 0 : Leaf.decode(reader().entry(records - 1)).offset() + 1;
    }

    /// Its committed entries.
    TileReader reader() throws IOException {
        return new TileReader(store.tree(partition, recoveries.size()), CACHED_TILES);
    }

    void append(Leaf leaf) throws IOException {
        if (leaf.offset() < next()) {
            throw new IllegalStateException(
                    "%s: offset %d again (expected: %d or more)"
                            .formatted(partition.name(), leaf.offset(), next()));
        }
        tree.append(leaf.encode());
        end = leaf.offset() + 1;
    }

    /// Makes all of it durable, and returns what a checkpoint says of it.
    PartitionHead commit() throws IOException {
        var head = tree.commit();
        return new PartitionHead(
                partition.topic(),
                partition.topicId(),
                partition.partition(),
                recoveries.size(),
                place.first(),
                end,
                head.size(),
                head.root(),
                recoveries.isEmpty() ? Hash.NONE : recoveries.getLast().digest());
    }

    /// Begins the next epoch: with the first records of this one, and whatever the log has from an
    /// offset on. A crash before this returns leaves this epoch as it is.
    ///
    /// @param kept how many records are still in the log, or were deleted there in order
    /// @param resume where to read on, beyond what was kept
    PartitionTree recover(long kept, long resume, long time, String reason) throws IOException {
        var former = commit();
        var entries = reader();
        var recovery = new Recovery(former, kept, entries.root(kept), time, reason);
        store.clear(partition, recovery.epoch());
        var next = TileWriter.open(store.tree(partition, recovery.epoch()), Partials.NEWEST);
        for (long i = 0; i < kept; i++) {
            next.append(entries.entry(i));
        }
        next.commit();
        store.begin(
                partition,
                recovery.epoch(),
                new AuditStore.Place(kept == 0 ? resume : place.first(), resume));
        store.recover(partition, recovery);
        return new PartitionTree(
                store,
                partition,
                store.recoveries(partition),
                Objects.requireNonNull(store.place(partition, recovery.epoch())));
    }
}
