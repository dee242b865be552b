package dev.millrace.streams.audit.scrub;

import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.audit.tree.MemoryTree;
import dev.millrace.domain.audit.tree.ProofCheck;
import dev.millrace.domain.audit.tree.TreeDamaged;
import dev.millrace.domain.audit.tree.TreeHasher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// As many entries of a tree as one tile has, which are what was signed: they lead to the root, and
/// so do the hashes that are stored of them.
///
/// @param first the index of the first
record Block(long first, List<byte[]> entries) {

    static final int WIDTH = 256;

    Block {
        entries = List.copyOf(entries);
    }

    static int width(Target target, long first) {
        return (int) Math.min(WIDTH, target.size() - first);
    }

    /// Reads a block; null if what is stored is not what was signed.
    ///
    /// @param first a multiple of [#WIDTH]
    static @Nullable Block read(Target target, long first) throws IOException {
        try {
            int width = width(target, first);
            var hasher = new TreeHasher();
            var entries = new ArrayList<byte[]>(width);
            var hashes = new ArrayList<Hash>(width);
            for (int i = 0; i < width; i++) {
                var entry = target.tree().entry(first + i);
                entries.add(entry);
                hashes.add(hasher.leaf(entry));
            }
            /* The proof of one leaf is made of all other hashes of its tile, and of those above; two
             * proofs cover all. */
            boolean isSigned =
                    isIn(target, first, hashes, 0) && isIn(target, first, hashes, width - 1);
            return isSigned ? new Block(first, entries) : null;
        } catch (TreeDamaged | IllegalArgumentException damaged) { // the latter: it is too short
            return null;
        }
    }

    private static boolean isIn(Target target, long first, List<Hash> hashes, int at)
            throws IOException {
        var proof = target.tree().inclusion(first + at, target.size());
        var within = new MemoryTree(hashes).inclusion(at);
        return proof.size() >= within.size()
                && proof.subList(0, within.size()).equals(within)
                && ProofCheck.includes(
                        hashes.get(at), first + at, target.size(), proof, target.root());
    }
}
