package dev.millrace.domain.audit;

import dev.millrace.domain.audit.note.SignedNote;
import dev.millrace.domain.audit.note.VerifierKey;
import dev.millrace.domain.task.TaskId;
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
    /// @param limit most of them; 1 or more
    List<Signed> checkpoints(int limit) throws IOException, AuditUnavailable;

    /// Records with all that proves them in the newest checkpoint, as bytes of a
    /// [dev.millrace.domain.audit.bundle.Bundle]. It has the heads of all partitions, so that it
    /// also shows how all of the site grew since an earlier checkpoint.
    ///
    /// @param since the size of that: the newest one that is kept and no larger; null for the
    ///   oldest
    /// @throws dev.millrace.domain.view.InvalidQuery if the scope is too large, or there is no such
    ///   partition
    byte[] bundle(Scope scope, @Nullable Long since) throws IOException, AuditUnavailable;

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
    }
}
