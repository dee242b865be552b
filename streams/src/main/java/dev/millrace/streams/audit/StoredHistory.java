package dev.millrace.streams.audit;

import dev.millrace.domain.audit.Checkpoint;
import dev.millrace.domain.audit.Leaf;
import dev.millrace.domain.audit.PartitionHead;
import dev.millrace.domain.audit.Recovery;
import dev.millrace.domain.audit.bundle.Snapshot;
import dev.millrace.domain.audit.note.SignedNote;
import dev.millrace.domain.audit.note.TrustedKeys;
import dev.millrace.domain.audit.note.VerifierKey;
import dev.millrace.domain.audit.tree.TileReader;
import dev.millrace.domain.audit.tree.TreeDamaged;
import dev.millrace.streams.audit.scrub.SignedHistory;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// What the scrub holds the log against.
///
/// @param live the partitions whose ends were compared with their trees
record StoredHistory(AuditStore store, VerifierKey operator, Supplier<List<AuditedPartition>> live)
        implements SignedHistory {

    @Override
    public @Nullable Snapshot newest() throws IOException {
        var latest = store.latest();
        if (latest == null) {
            return null;
        }
        // Not looked up anew: another may be the newest by then.
        var newest = store.snapshot(Checkpoint.parse(latest.text()).size() - 1);
        if (newest == null || !Arrays.equals(latest.toBytes(), newest.checkpoint().toBytes())) {
            throw new TreeDamaged("log/checkpoint", "not that of a state");
        }
        return newest;
    }

    @Override
    public boolean isSigned(SignedNote checkpoint) {
        try {
            var _ = new TrustedKeys(List.of(operator), List.of(), 0).check(checkpoint);
            return true;
        } catch (IllegalArgumentException refused) {
            return false;
        }
    }

    @Override
    public TileReader log() throws IOException {
        return store.logReader();
    }

    @Override
    public TileReader tree(PartitionHead head) throws IOException {
        return store.treeReader(head);
    }

    @Override
    public List<Recovery> recoveries(PartitionHead head) throws IOException {
        return store.recoveries(AuditedPartition.of(head));
    }

    @Override
    public boolean isLive(PartitionHead head) {
        return live.get().contains(AuditedPartition.of(head));
    }

    @Override
    public Leaf leaf(PartitionHead head, ConsumerRecord<byte[], byte[]> record) {
        return Leaves.of(AuditedPartition.of(head), record);
    }
}
