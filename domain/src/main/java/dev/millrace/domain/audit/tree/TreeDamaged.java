package dev.millrace.domain.audit.tree;

import java.io.IOException;

/// What is stored of a tree is not what was written: something is missing, or of the wrong length,
/// or does not lead to the root. Reading again does not help; building the tree anew from its log
/// does.
public final class TreeDamaged extends IOException {

    private static final long serialVersionUID = 1L;

    /// @param how for people
    public TreeDamaged(String path, String how) {
        super("audit tree, " + path + ": " + how);
    }
}
