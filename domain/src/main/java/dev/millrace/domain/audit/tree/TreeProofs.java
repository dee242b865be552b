package dev.millrace.domain.audit.tree;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Makes roots and proofs of a tree at any size it has had (RFC 6962 §2.1), from a number of hashes
/// that grows with the logarithm of its size.
///
/// Confined to one thread.
public final class TreeProofs {

    /// More than any proof of a tree of 2^62 leaves has.
    public static final int MOST_HASHES = 64;

    private final Subtrees subtrees;
    private final TreeHasher hasher = new TreeHasher();

    public TreeProofs(Subtrees subtrees) {
        this.subtrees = subtrees;
    }

    /// The root of the first `size` leaves.
    public Hash root(long size) throws IOException {
        return size == 0 ? TreeHasher.EMPTY : root(0, size);
    }

    /// What proves a leaf in the tree of the first `size` leaves, from the leaf up.
    public List<Hash> inclusion(long index, long size) throws IOException {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException(
                    "index: %d (expected: 0..%d)".formatted(index, size - 1));
        }
        var proof = new ArrayList<Hash>();
        inclusion(index, 0, size, proof);
        return List.copyOf(proof);
    }

    /// What proves that the tree of `size` leaves begins with all leaves of that of `former`; empty
    /// if one has none or both are the same.
    public List<Hash> consistency(long former, long size) throws IOException {
        if (former < 0 || former > size) {
            throw new IllegalArgumentException(
                    "former size: %d (expected: 0..%d)".formatted(former, size));
        }
        var proof = new ArrayList<Hash>();
        if (former > 0 && former < size) {
            consistency(former, 0, size, true, proof);
        }
        return List.copyOf(proof);
    }

    private Hash root(long from, long to) throws IOException {
        long count = to - from;
        if (Long.bitCount(count) == 1) {
            int height = Long.numberOfTrailingZeros(count);
            return subtrees.complete(height, from >>> height);
        }
        long middle = from + split(count);
        return hasher.node(root(from, middle), root(middle, to));
    }

    private void inclusion(long index, long from, long to, List<Hash> proof) throws IOException {
        if (to - from == 1) {
            return;
        }
        long middle = from + split(to - from);
        if (index < middle) {
            inclusion(index, from, middle, proof);
            proof.add(root(middle, to));
        } else {
            inclusion(index, middle, to, proof);
            proof.add(root(from, middle));
        }
    }

    /// @param isKnown whether the reader has the root of what is looked at from the former tree
    private void consistency(long former, long from, long to, boolean isKnown, List<Hash> proof)
            throws IOException {
        if (former == to) {
            if (!isKnown) {
                proof.add(root(from, to));
            }
            return;
        }
        long middle = from + split(to - from);
        if (former <= middle) {
            consistency(former, from, middle, isKnown, proof);
            proof.add(root(middle, to));
        } else {
            consistency(former, middle, to, false, proof);
            proof.add(root(from, middle));
        }
    }

    /// The largest power of two below `count`, which is 2 or more.
    private static long split(long count) {
        return Long.highestOneBit(count - 1);
    }
}
