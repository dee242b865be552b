package dev.millrace.domain.audit.tree;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// A small tree that is in memory as a whole, for instance that over the partitions of a site.
///
/// Immutable; twice as many hashes as leaves.
public final class MemoryTree {

    private final List<List<Hash>> levels = new ArrayList<>();
    private final long size;

    /// @param leaves their hashes
    public MemoryTree(List<Hash> leaves) {
        size = leaves.size();
        var hasher = new TreeHasher();
        var level = List.copyOf(leaves);
        levels.add(level);
        while (level.size() > 1) {
            var above = new ArrayList<Hash>(level.size() / 2);
            for (int i = 0; i + 1 < level.size(); i += 2) {
                above.add(hasher.node(level.get(i), level.get(i + 1)));
            }
            level = List.copyOf(above);
            levels.add(level);
        }
    }

    public Hash root() {
        return inMemory(() -> proofs().root(size));
    }

    public List<Hash> inclusion(long index) {
        return inMemory(() -> proofs().inclusion(index, size));
    }

    private TreeProofs proofs() {
        return new TreeProofs((height, index) -> levels.get(height).get((int) index));
    }

    private static <T> T inMemory(Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /// What would throw if the tree were not in memory.
    private interface Reading<T> {
        T read() throws IOException;
    }
}
