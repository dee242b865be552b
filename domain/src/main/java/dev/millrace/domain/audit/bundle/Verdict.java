package dev.millrace.domain.audit.bundle;

import dev.millrace.domain.audit.PartitionHead;
import dev.millrace.domain.audit.Recovery;
import dev.millrace.domain.audit.SiteState;
import dev.millrace.domain.audit.note.TrustedKeys.Signers;
import dev.millrace.domain.audit.tree.Hash;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What came of checking a bundle.
public sealed interface Verdict {

    /// All that the bundle has is proved.
    ///
    /// @param origin the site
    /// @param before the earlier checkpoint, of which the history of now is a continuation; null if
    ///   there is none
    /// @param partitions what the bundle is about
    /// @param hasAllPartitions whether these are all that the site had
    /// @param noneVanished whether every partition of the earlier checkpoint was looked at, so that
    ///   none can have vanished
    /// @param unproved what nobody may conclude from this, a sentence each, for people
    record Proved(
            String origin,
            Seen now,
            @Nullable Seen before,
            List<PartitionProved> partitions,
            boolean hasAllPartitions,
            boolean noneVanished,
            List<String> unproved)
            implements Verdict {
        public Proved {
            partitions = List.copyOf(partitions);
            unproved = List.copyOf(unproved);
        }
    }

    /// Something in it is not what it says. Nothing of it is to be believed.
    ///
    /// @param flaws 1 or more, the first found first
    record Refused(List<Flaw> flaws) implements Verdict {
        public Refused {
            flaws = List.copyOf(flaws);
        }
    }

    /// What broke.
    ///
    /// @param where in the bundle, for instance `millrace.task-events-0, record 7`
    /// @param what for people
    record Flaw(String where, String what) {
        @Override
        public String toString() {
            return where + ": " + what;
        }
    }

    /// A checkpoint whose signatures hold.
    ///
    /// @param size entries of the site's log, of which `state` is the last
    /// @param root over them
    record Seen(long size, Hash root, SiteState state, Signers signers) {}

    /// A partition whose head is in the checkpoint of now.
    ///
    /// @param growth since the earlier checkpoint; null if that is not proved
    /// @param records by their index
    /// @param runs of records with consecutive indexes: between those of one run stands no other
    record PartitionProved(
            PartitionHead head,
            @Nullable Growth growth,
            List<RecordProved> records,
            List<Run> runs) {
        public PartitionProved {
            records = List.copyOf(records);
            runs = List.copyOf(runs);
        }
    }

    /// Since the earlier checkpoint nothing was changed, and nothing was lost but what the
    /// recoveries say.
    record Growth(PartitionHead from, List<Recovery> recoveries) {
        public Growth {
            recoveries = List.copyOf(recoveries);
        }
    }

    /// A record that is in the history. Of one that is withheld altogether only the index is known.
    record RecordProved(long index, Shown shown) {}

    /// Indexes of the first and the last.
    record Run(long first, long last) {}
}
