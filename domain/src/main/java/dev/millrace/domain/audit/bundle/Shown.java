package dev.millrace.domain.audit.bundle;

import dev.millrace.domain.audit.Leaf;
import dev.millrace.domain.audit.PartitionHead;
import dev.millrace.domain.audit.RecordContent;
import dev.millrace.domain.audit.tree.Hash;

/// How much of a record a bundle shows.
public sealed interface Shown {

    /// The hash of its leaf in the tree of a partition.
    Hash leaf(PartitionHead head);

    /// All of it.
    record Whole(long offset, long timestamp, RecordContent content) implements Shown {
        @Override
        public Hash leaf(PartitionHead head) {
            return Shown.leaf(head, offset, timestamp, content.digest());
        }
    }

    /// Where it stands and when it was written; what it holds is withheld.
    ///
    /// @param content the digest of that
    record Place(long offset, long timestamp, Hash content) implements Shown {
        @Override
        public Hash leaf(PartitionHead head) {
            return Shown.leaf(head, offset, timestamp, content);
        }
    }

    /// Nothing but that there is one.
    record Withheld(Hash leaf) implements Shown {
        @Override
        public Hash leaf(PartitionHead head) {
            return leaf;
        }
    }

    private static Hash leaf(PartitionHead head, long offset, long timestamp, Hash content) {
        return new Leaf(head.topicId(), head.partition(), offset, timestamp, content).hash();
    }
}
