package dev.millrace.domain.audit;

import dev.millrace.domain.audit.AuditTree.OfPartition;
import dev.millrace.domain.audit.note.SignedNote;
import dev.millrace.domain.audit.note.VerifierKey;
import dev.millrace.domain.audit.tree.ConsistencyProof;
import dev.millrace.domain.audit.tree.InclusionProof;
import dev.millrace.domain.event.Bytes;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.view.Position;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a site can show of its history, to people who trust nothing but its public keys.
///
/// Safe for use by many threads; calls block.
public interface Audit {

    /// What checkpoints are checked by.
    Keys keys() throws AuditUnavailable;

    /// The checkpoints that growth can be proved from, newest first.
    ///
    /// @param below only those that are smaller; [Long#MAX_VALUE] for all
    /// @param limit most of them; 1 or more
    List<Signed> checkpoints(long below, int limit) throws IOException, AuditUnavailable;

    /// Records with all that proves them in the newest checkpoint, as bytes of a
    /// [dev.millrace.domain.audit.bundle.Bundle]. It has the heads of all partitions, so that it
    /// also shows how all of the site grew since an earlier checkpoint.
    ///
    /// @param since the size of that: the newest one that is kept and no larger; null for the
    ///   oldest
    /// @throws dev.millrace.domain.view.InvalidQuery if the scope is too large, or there is no such
    ///   partition
    Evidence bundle(Scope scope, @Nullable Long since) throws IOException, AuditUnavailable;

    /// Proves that a record is in the tree of its partition, as far as the newest checkpoint goes.
    ///
    /// @param size leaves of the tree to prove it in; null for all that the newest checkpoint has
    /// @throws dev.millrace.domain.view.InvalidQuery if there is no such record, or no such size
    Included inclusion(OfPartition tree, long offset, @Nullable Long size)
            throws IOException, AuditUnavailable;

    /// Proves that a tree begins with all that it had at a former size.
    ///
    /// @param from the former size; 1 or more
    /// @param to no more than the newest checkpoint has
    /// @throws dev.millrace.domain.view.InvalidQuery if there is no such partition, or no such size
    ConsistencyProof consistency(AuditTree tree, long from, long to)
            throws IOException, AuditUnavailable;

    /// How the continuous check of the log against the history is going.
    ScrubStatus scrub() throws AuditUnavailable;

    /// Public keys.
    ///
    /// @param operator whose signature every checkpoint has
    /// @param witnesses who may countersign
    record Keys(VerifierKey operator, List<VerifierKey> witnesses) {
        public Keys {
            witnesses = List.copyOf(witnesses);
        }
    }

    /// What was asked for, or as much of it as one bundle takes.
    ///
    /// @param bundle its bytes
    /// @param rest where the next bundle of the same begins: the last record of each partition that
    ///   was looked at; null if nothing is left out
    record Evidence(Bytes bundle, @Nullable Position rest) {}

    /// A record in the tree of its partition.
    ///
    /// @param leaf what the leaf is the hash of
    /// @param epoch of the tree
    record Included(Leaf leaf, int epoch, InclusionProof proof) {}

    /// A checkpoint of the site.
    record Signed(SignedNote note, SiteState state) {}

    /// Which records.
    sealed interface Scope {

        /// What happened to a task, and its results.
        record OfTask(TaskId task) implements Scope {}

        /// Records of a partition.
        ///
        /// @param from the first offset
        /// @param to behind the last one
        record OfRange(String topic, int partition, long from, long to) implements Scope {}

        /// Records of all partitions by the broker's clock.
        ///
        /// @param to behind the last one
        record OfTime(Instant from, Instant to) implements Scope {}

        /// Records of all partitions that are about a person, or that one caused.
        ///
        /// @param subject whose data they are; null for anybody's
        /// @param actor who caused them; null for anybody
        /// @param to behind the last one, by the broker's clock
        /// @param after the records that bundles before have; [Position#START] for the first
        record OfPerson(
                @Nullable String subject,
                @Nullable String actor,
                Instant from,
                Instant to,
                Position after)
                implements Scope {
            public OfPerson {
                if ((subject == null) == (actor == null)) {
                    throw new IllegalArgumentException(
                            "subject, actor: %s (expected: one of them)"
                                    .formatted(subject == null ? "none" : "both"));
                }
            }
        }
    }
}
