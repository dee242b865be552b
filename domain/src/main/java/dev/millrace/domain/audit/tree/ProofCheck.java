package dev.millrace.domain.audit.tree;

import java.util.List;

/// Checks proofs, by the algorithms of RFC 9162 §2.1.3.2 and §2.1.4.2. A proof of the wrong length
/// is refused, whatever it leads to.
public final class ProofCheck {

    private ProofCheck() {}

    /// Whether the leaf at `index` is in the tree.
    public static boolean includes(Hash leaf, long index, long size, List<Hash> proof, Hash root) {
        if (index < 0 || index >= size) {
            return false;
        }
        var hasher = new TreeHasher();
        long at = index;
        long last = size - 1;
        var hash = leaf;
        for (var sibling : proof) {
            if (last == 0) {
                return false;
            }
            if (isRight(at) || at == last) {
                hash = hasher.node(sibling, hash);
                while (!isRight(at) && at != 0) {
                    at >>>= 1;
                    last >>>= 1;
                }
            } else {
                hash = hasher.node(hash, sibling);
            }
            at >>>= 1;
            last >>>= 1;
        }
        return last == 0 && hash.equals(root);
    }

    /// Whether a tree begins with all leaves of a former one. Every tree begins with the empty one.
    public static boolean continues(
            long formerSize, Hash formerRoot, long size, Hash root, List<Hash> proof) {
        if (formerSize < 0 || formerSize > size) {
            return false;
        }
        if (formerSize == 0) {
            return proof.isEmpty()
                    && formerRoot.equals(TreeHasher.EMPTY)
                    && (size > 0 || root.equals(TreeHasher.EMPTY));
        }
        if (formerSize == size) {
            return proof.isEmpty() && formerRoot.equals(root);
        }
        return joins(formerSize, formerRoot, size, root, proof);
    }

    private static boolean joins(
            long formerSize, Hash formerRoot, long size, Hash root, List<Hash> proof) {
        // The former root itself begins the path if it is that of a complete subtree.
        boolean isComplete = Long.bitCount(formerSize) == 1;
        if (proof.isEmpty()) {
            return false;
        }
        var first = isComplete ? formerRoot : proof.getFirst();
        var rest = isComplete ? proof : proof.subList(1, proof.size());

        var hasher = new TreeHasher();
        long at = formerSize - 1;
        long last = size - 1;
        while (isRight(at)) {
            at >>>= 1;
            last >>>= 1;
        }
        var formerHash = first;
        var hash = first;
        for (var sibling : rest) {
            if (last == 0) {
                return false;
            }
            if (isRight(at) || at == last) {
                formerHash = hasher.node(sibling, formerHash);
                hash = hasher.node(sibling, hash);
                while (!isRight(at) && at != 0) {
                    at >>>= 1;
                    last >>>= 1;
                }
            } else {
                hash = hasher.node(hash, sibling);
            }
            at >>>= 1;
            last >>>= 1;
        }
        return last == 0 && formerHash.equals(formerRoot) && hash.equals(root);
    }

    private static boolean isRight(long index) {
        return (index & 1) == 1;
    }
}
