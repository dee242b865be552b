package dev.millrace.domain.audit.bundle;

import dev.millrace.domain.audit.PartitionHead;
import dev.millrace.domain.audit.Recovery;
import dev.millrace.domain.audit.SiteState;
import dev.millrace.domain.audit.note.SignedNote;
import dev.millrace.domain.audit.tree.Hash;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Records of one site and what proves them, to be checked by somebody who has nothing but the
/// site's public key.
///
/// ```
/// record ──▶ head of its partition ──▶ state of the site ──▶ the site's log ──▶ checkpoint, signed
/// ```
///
/// Each arrow is an inclusion proof. With an earlier checkpoint come consistency proofs: of the
/// site's log, and of the partitions that the bundle is about.
///
/// @param before null if there is nothing to compare with
/// @param partitions in the order of [PartitionHead#ORDER]
public record Bundle(Moment now, @Nullable Before before, List<PartitionEvidence> partitions) {

    /// Of all of it, in bytes.
    public static final int MAX_BYTES = 64 << 20;

    public Bundle {
        partitions = List.copyOf(partitions);
    }

    /// A checkpoint and the state of the site that it ends with.
    ///
    /// @param inLog proves the state in the site's log
    public record Moment(SignedNote checkpoint, SiteState state, List<Hash> inLog) {
        public Moment {
            inLog = List.copyOf(inLog);
        }
    }

    /// An earlier checkpoint.
    ///
    /// @param logGrowth proves that the site's log only grew since
    public record Before(Moment moment, List<Hash> logGrowth) {
        public Before {
            logGrowth = List.copyOf(logGrowth);
        }
    }

    /// What there is about one partition.
    ///
    /// @param recoveries those between both heads; without a former head the one that began the
    ///   epoch
    /// @param before null if the partition was not there, or is not looked at
    /// @param records by their index
    public record PartitionEvidence(
            PlacedHead head,
            List<Recovery> recoveries,
            @Nullable FormerHead before,
            List<RecordEvidence> records) {
        public PartitionEvidence {
            recoveries = List.copyOf(recoveries);
            records = List.copyOf(records);
        }
    }

    /// A head and its place in a state of the site.
    ///
    /// @param proof of that
    public record PlacedHead(PartitionHead head, int index, List<Hash> proof) {
        public PlacedHead {
            proof = List.copyOf(proof);
        }
    }

    /// The head at the earlier checkpoint.
    ///
    /// @param growth consistency proofs: for each recovery one from what came before to the head
    ///   that it ended, and one from what it kept to that; then one to the head of now
    public record FormerHead(PlacedHead head, List<List<Hash>> growth) {
        public FormerHead {
            growth = growth.stream().map(List::copyOf).toList();
        }
    }

    /// A record.
    ///
    /// @param index in the tree of its partition
    /// @param proof of that
    public record RecordEvidence(long index, Shown shown, List<Hash> proof) {
        public RecordEvidence {
            proof = List.copyOf(proof);
        }
    }

    /// Its bytes: one form for each content.
    public byte[] encode() {
        return BundleCodec.encode(this);
    }

    /// Reads what [#encode] writes. Nothing of it is checked but its form.
    ///
    /// @throws IllegalArgumentException if it is anything else, or was changed on its way
    public static Bundle parse(byte[] encoded) {
        return BundleCodec.decode(encoded);
    }
}
