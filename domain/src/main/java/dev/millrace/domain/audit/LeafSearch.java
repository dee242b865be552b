package dev.millrace.domain.audit;

import dev.millrace.domain.audit.tree.TileReader;
import java.io.IOException;

/// Finds records in the tree of their partition. Offsets rise with the index, but not one by one:
/// transactions leave gaps.
public final class LeafSearch {

    private final TileReader tree;
    private final long size;

    /// @param size how many leaves to look at
    public LeafSearch(TileReader tree, long size) {
        this.tree = tree;
        this.size = size;
    }

    /// The index of the first record at `offset` or after it; the size if there is none. Reads a
    /// number of entries that grows with the logarithm of the size.
    public long indexFrom(long offset) throws IOException {
        long from = 0;
        long to = size;
        while (from < to) {
            long middle = (from + to) >>> 1;
            if (at(middle).offset() < offset) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    /// The leaf at an index.
    public Leaf at(long index) throws IOException {
        return Leaf.decode(tree.entry(index));
    }
}
