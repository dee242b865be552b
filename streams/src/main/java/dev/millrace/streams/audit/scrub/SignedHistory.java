package dev.millrace.streams.audit.scrub;

import dev.millrace.domain.audit.Leaf;
import dev.millrace.domain.audit.PartitionHead;
import dev.millrace.domain.audit.Recovery;
import dev.millrace.domain.audit.bundle.Snapshot;
import dev.millrace.domain.audit.note.SignedNote;
import dev.millrace.domain.audit.tree.TileReader;
import java.io.IOException;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// What was signed, as it is stored. Used by one thread; calls block.
public interface SignedHistory {

    /// The newest checkpoint with its heads; null if there is none yet.
    @Nullable Snapshot newest() throws IOException;

    /// Whether a checkpoint has the site's own signature.
    boolean isSigned(SignedNote checkpoint);

    /// The site's own log.
    TileReader log() throws IOException;

    /// The tree of the partition and the epoch of a head.
    TileReader tree(PartitionHead head) throws IOException;

    /// All recoveries of the partition of a head, in their order.
    List<Recovery> recoveries(PartitionHead head) throws IOException;

    /// Whether Kafka has the partition, and its end was compared with the tree in this process.
    boolean isLive(PartitionHead head);

    /// What a record of that partition is in its tree.
    Leaf leaf(PartitionHead head, ConsumerRecord<byte[], byte[]> record);
}
