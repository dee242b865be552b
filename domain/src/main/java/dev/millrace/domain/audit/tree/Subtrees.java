package dev.millrace.domain.audit.tree;

import java.io.IOException;

/// The hashes of a tree that never change once they are there: the roots of its complete subtrees.
@FunctionalInterface
public interface Subtrees {

    /// The root over the leaves from `index << height` to before `(index + 1) << height`.
    ///
    /// @throws IOException if it cannot be read just now, or is no longer what was written
    Hash complete(int height, long index) throws IOException;
}
