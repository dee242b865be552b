package dev.millrace.domain.audit.tree;

import java.util.List;

/// That a leaf is in a tree (RFC 9162 §2.1.3).
///
/// @param leafIndex counts from 0
/// @param treeSize leaves of the tree
/// @param path the hashes beside those that lead from the leaf to the root, from the leaf up
/// @param root of the tree of that size
public record InclusionProof(
        long leafIndex, long treeSize, Hash leafHash, List<Hash> path, Hash root) {

    public InclusionProof {
        path = List.copyOf(path);
    }

    /// Whether it proves that.
    public boolean holds() {
        return ProofCheck.includes(leafHash, leafIndex, treeSize, path, root);
    }
}
