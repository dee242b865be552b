package dev.millrace.domain.audit.tree;

import java.util.List;

/// That a tree begins with all leaves that it had before (RFC 9162 §2.1.4).
///
/// @param formerSize leaves of the tree before
/// @param formerRoot of the tree of that size
/// @param path empty if both sizes are the same
public record ConsistencyProof(
        long formerSize, Hash formerRoot, long size, Hash root, List<Hash> path) {

    public ConsistencyProof {
        path = List.copyOf(path);
    }

    /// Whether it proves that.
    public boolean holds() {
        return ProofCheck.continues(formerSize, formerRoot, size, root, path);
    }
}
