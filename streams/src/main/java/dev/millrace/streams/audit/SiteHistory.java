package dev.millrace.streams.audit;

import dev.millrace.domain.audit.Checkpoint;
import dev.millrace.domain.audit.PartitionHead;
import dev.millrace.domain.audit.PartitionHeads;
import dev.millrace.domain.audit.Recovery;
import dev.millrace.domain.audit.SiteState;
import dev.millrace.domain.audit.bundle.Bundler.Selection;
import dev.millrace.domain.audit.bundle.Snapshot;
import dev.millrace.domain.audit.bundle.Witness;
import dev.millrace.domain.audit.note.SignedNote;
import dev.millrace.domain.audit.note.TrustedKeys;
import dev.millrace.domain.audit.tree.TileWriter;
import dev.millrace.domain.audit.tree.TileWriter.Partials;
import dev.millrace.domain.audit.tree.TreeDamaged;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All trees of a site and the log of their heads, which it signs.
///
/// ```
/// trees ──▶ heads of a state ──▶ site log ──▶ signed ──▶ countersigned ──▶ published
/// ```
///
/// Each arrow is durable before the next step, and the next checkpoint goes on with what a crash
/// left between log and publishing: what is once in the log stays there. Confined to one thread;
/// after an `IOException` it does nothing more: open another.
final class SiteHistory {

    private static final Logger LOG = LoggerFactory.getLogger(SiteHistory.class);

    private final AuditStore store;
    private final AuditKeys keys;
    private final InstantSource clock;
    private final TileWriter log;
    private final Map<AuditedPartition, PartitionTree> trees = new LinkedHashMap<>();
    private final Map<AuditedPartition, PartitionHead> damaged = new LinkedHashMap<>();
    private PartitionHeads signed = new PartitionHeads(List.of());

    /// Opens what there is; an empty store is a site without history.
    ///
    /// @throws TreeDamaged if something of it is missing that cannot be made again
    SiteHistory(AuditStore store, AuditKeys keys, InstantSource clock) throws IOException {
        this.store = store;
        this.keys = keys;
        this.clock = clock;
        this.log = TileWriter.open(store.log(), Partials.ALL);
        requirePublished();
        long newest = log.size() - 1;
        if (newest >= 0) {
            var heads = store.heads(newest);
            if (heads == null) {
                throw new TreeDamaged("heads of state " + newest, "missing");
            }
            signed = heads;
            for (var head : heads.heads()) {
                openSigned(head);
            }
        }
    }

    /// The log has to go on from what was signed: one that was lost, or put back to what it was
    /// long ago, would make another history under the same key.
    private void requirePublished() throws IOException {
        var latest = store.latest();
        if (latest != null) {
            requireOwn(latest);
            requireContinued(latest.text(), "was signed");
        }
        for (int i = 0; i < keys.witnesses().size(); i++) {
            var last = store.witnessed(i);
            if (last != null) {
                requireContinued(last, "was signed: a witness saw more");
            }
        }
        if (store.checkpoint(log.size()) != null) {
            throw lost("was signed");
        }
    }

    private void requireContinued(String signedText, String what) throws IOException {
        var known = Checkpoint.parse(signedText);
        if (log.size() < known.size()
                || !store.logReader().root(known.size()).equals(known.root())) {
            throw lost(what);
        }
    }

    private TreeDamaged lost(String what) {
        return new TreeDamaged(
                "log", "its %d entries are not all that %s".formatted(log.size(), what));
    }

    /// Another key would begin another history, with the entries of this one.
    private void requireOwn(SignedNote latest) throws TreeDamaged {
        try {
            var _ = new TrustedKeys(List.of(keys.operator().shown()), List.of(), 0).check(latest);
        } catch (IllegalArgumentException foreign) {
            throw new TreeDamaged(
                    "log/checkpoint", "not signed with the key of now: " + foreign.getMessage());
        }
    }

    /// What was signed of a partition whose tree is empty now, and is to be built anew before the
    /// next checkpoint; null if it is not.
    @Nullable PartitionHead damaged(AuditedPartition partition) {
        return damaged.get(partition);
    }

    /// The tree is what was signed again.
    ///
    /// @throws TreeDamaged if it is not
    void rebuilt(PartitionTree tree, PartitionHead head) throws IOException {
        if (!tree.commit().root().equals(head.root())) {
            throw new TreeDamaged(
                    "tree of " + head.name(),
                    "the log no longer has the %d records that were signed".formatted(head.size()));
        }
        damaged.remove(tree.partition());
    }

    /// The tree of a partition, which is opened or begun if it is not there.
    ///
    /// @param logStart where a new one begins
    PartitionTree open(AuditedPartition partition, long logStart) throws IOException {
        var known = trees.get(partition);
        if (known == null) {
            known = PartitionTree.open(store, partition, logStart);
            trees.put(partition, known);
        }
        return known;
    }

    /// Says in public that records are lost, and begins a new epoch.
    PartitionTree recover(PartitionTree tree, long kept, long resume, String reason)
            throws IOException {
        LOG.atError()
                .setMessage(
                        "Records of the history are lost; a new epoch of their partition begins")
                .addKeyValue("partition", tree.partition().name())
                .addKeyValue("kept", kept)
                .addKeyValue("lost", tree.size() - kept)
                .addKeyValue("reason", reason)
                .log();
        var next = tree.recover(kept, resume, clock.millis(), reason);
        trees.put(tree.partition(), next);
        return next;
    }

    /// Commits all trees and signs what they are, unless that is what was signed last.
    ///
    /// @return whether it did
    boolean checkpoint() throws IOException {
        if (!damaged.isEmpty()) {
            var head = damaged.values().iterator().next();
            throw new TreeDamaged("tree of " + head.name(), "there is no such topic any more");
        }
        long newest = log.size() - 1;
        if (store.latestNumber() < newest) {
            publish(newest, signed);
        }
        var heads = new ArrayList<PartitionHead>();
        for (var tree : trees.values()) {
            heads.add(tree.commit());
        }
        var now = new PartitionHeads(heads);
        if (now.equals(signed)) {
            return false;
        }
        long number = log.size();
        store.putHeads(number, now);
        log.append(SiteState.of(number, clock.millis(), now).encode());
        log.commit();
        signed = now;
        publish(number, now);
        store.thin(number);
        return true;
    }

    /// May be done again after a crash: the same text is signed.
    private void publish(long number, PartitionHeads heads) throws IOException {
        var text = Checkpoint.of(keys.operator().shown().name(), log.commit()).text();
        var note = keys.operator().sign(text);
        store.putCheckpoint(number, note);
        note = countersigned(new Snapshot(note, store.state(number), heads));
        store.putCheckpoint(number, note);
        store.publish(note);
    }

    private SignedNote countersigned(Snapshot now) throws IOException {
        var note = now.checkpoint();
        for (int i = 0; i < keys.witnesses().size(); i++) {
            var witness = new Witness(keys.witnesses().get(i), List.of(keys.operator().shown()));
            var last = store.witnessed(i);
            switch (witness.answer(offer(now, last), last, clock.instant())) {
                case Witness.Answer.Countersigned(var checkpoint, var line) -> {
                    store.putWitnessed(i, checkpoint);
                    note = note.with(line);
                }
                case Witness.Answer.Refused(var flaws) ->
                        LOG.atError()
                                .setMessage("A witness refuses to countersign a checkpoint")
                                .addKeyValue("witness", keys.witnesses().get(i).shown().name())
                                .addKeyValue("state", now.state().number())
                                .addKeyValue("flaws", flaws)
                                .log();
            }
        }
        return note;
    }

    /// @param last the text of what the witness countersigned last; null for nothing
    private byte[] offer(Snapshot now, @Nullable String last) throws IOException {
        var before = last == null ? null : store.snapshot(Checkpoint.parse(last).size() - 1);
        var recoveries = new ArrayList<Recovery>();
        trees.values().forEach(tree -> recoveries.addAll(tree.recoveries()));
        var all = now.heads().heads().stream().map(head -> new Selection(head, List.of())).toList();
        return store.bundler().bundle(now, before, recoveries, all).encode();
    }

    /// A tree that grew to something else than what was signed comes from elsewhere: it is neither
    /// signed nor thrown away.
    private static void requireSigned(PartitionTree tree, PartitionHead head) throws IOException {
        boolean isTheSame =
                tree.recoveries().size() > head.epoch()
                        || tree.reader().root(head.size()).equals(head.root());
        if (!isTheSame) {
            throw new IllegalStateException(
                    "the history cannot go on: the tree of %s is another one than was signed; docs/audit.md says how to begin a new one"
                            .formatted(head.name()));
        }
    }

    /// A tree is committed before its head is signed, so it may be larger, and never smaller.
    private void openSigned(PartitionHead head) throws IOException {
        var partition = AuditedPartition.of(head);
        try {
            var tree = open(partition, head.firstOffset());
            if (tree.recoveries().size() > head.epoch() || tree.size() >= head.size()) {
                requireSigned(tree, head);
                return;
            }
        } catch (TreeDamaged found) {
            if (store.recoveries(partition).size() != head.epoch()) {
                throw found;
            }
            LOG.atError()
                    .setMessage("A tree of the history is damaged")
                    .addKeyValue("partition", head.name())
                    .addKeyValue("cause", found.getMessage())
                    .log();
        }
        trees.remove(partition);
        store.clearTree(partition, head.epoch());
        damaged.put(partition, head);
        var _ = open(partition, head.firstOffset());
    }
}
