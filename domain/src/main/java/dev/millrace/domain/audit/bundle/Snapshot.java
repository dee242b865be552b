package dev.millrace.domain.audit.bundle;

import dev.millrace.domain.audit.Checkpoint;
import dev.millrace.domain.audit.PartitionHead;
import dev.millrace.domain.audit.PartitionHeads;
import dev.millrace.domain.audit.SiteState;
import dev.millrace.domain.audit.note.SignedNote;
import org.jspecify.annotations.Nullable;

/// A checkpoint as the site itself has it: with all heads.
public record Snapshot(SignedNote checkpoint, SiteState state, PartitionHeads heads) {

    public Snapshot {
        if (!state.root().equals(heads.root())
                || Checkpoint.parse(checkpoint.text()).size() != state.number() + 1) {
            throw new IllegalArgumentException(
                    "snapshot: checkpoint, state %d and heads do not belong together"
                            .formatted(state.number()));
        }
    }

    /// The head of the same partition; null if it was not there.
    @Nullable PartitionHead headOf(PartitionHead other) {
        return heads.heads().stream().filter(head -> head.isOf(other)).findAny().orElse(null);
    }
}
