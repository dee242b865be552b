package dev.millrace.domain.audit.bundle;

import dev.millrace.domain.audit.Checkpoint;
import dev.millrace.domain.audit.PartitionHead;
import dev.millrace.domain.audit.RecordContent;
import dev.millrace.domain.audit.Recovery;
import dev.millrace.domain.audit.SiteState;
import dev.millrace.domain.audit.bundle.Bundle.Before;
import dev.millrace.domain.audit.bundle.Bundle.FormerHead;
import dev.millrace.domain.audit.bundle.Bundle.Moment;
import dev.millrace.domain.audit.bundle.Bundle.PartitionEvidence;
import dev.millrace.domain.audit.bundle.Bundle.PlacedHead;
import dev.millrace.domain.audit.bundle.Bundle.RecordEvidence;
import dev.millrace.domain.audit.note.OperatorKey;
import dev.millrace.domain.audit.note.SignedNote;
import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.audit.tree.TreeHasher;
import dev.millrace.domain.event.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/// Changes bundles as somebody would who knows all about them but the keys.
final class Forger {

    private final Bundle honest;

    Forger(Bundle honest) {
        this.honest = honest;
    }

    /// The bytes with the digest of what comes before at their end.
    static byte[] resealed(byte[] encoded) {
        int end = encoded.length - Hash.BYTES;
        var sealed = encoded.clone();
        var digest = Digest.sha256().digest(Arrays.copyOf(encoded, end));
        System.arraycopy(digest, 0, sealed, end, Hash.BYTES);
        return sealed;
    }

    /// The first record says something else, and from there up to the text of the checkpoint every
    /// digest is made anew. There is no earlier checkpoint.
    static Bundle withEveryDigestMadeAnew(Bundle honest) {
        var partition = honest.partitions().getFirst();
        var record = partition.records().getFirst();
        var told = (Shown.Whole) record.shown();
        var lie =
                new Shown.Whole(
                        told.offset(),
                        told.timestamp(),
                        new RecordContent(told.content().key(), null, List.of()));
        var head = partition.head().head();
        var forgedHead =
                new PartitionHead(
                        head.topic(),
                        head.topicId(),
                        head.partition(),
                        head.epoch(),
                        head.firstOffset(),
                        head.endOffset(),
                        head.size(),
                        root(lie.leaf(head), record.index(), head.size(), record.proof()),
                        head.recovery());
        var state = honest.now().state();
        var forgedState =
                new SiteState(
                        state.number(),
                        state.time(),
                        state.partitions(),
                        root(
                                forgedHead.hash(),
                                partition.head().index(),
                                state.partitions(),
                                partition.head().proof()));
        var origin = Checkpoint.parse(honest.now().checkpoint().text()).origin();
        var checkpoint =
                new Checkpoint(
                        origin,
                        state.number() + 1,
                        root(
                                forgedState.hash(),
                                state.number(),
                                state.number() + 1,
                                honest.now().inLog()));
        return new Bundle(
                new Moment(
                        new SignedNote(checkpoint.text(), honest.now().checkpoint().signatures()),
                        forgedState,
                        honest.now().inLog()),
                null,
                List.of(
                        new PartitionEvidence(
                                new PlacedHead(
                                        forgedHead,
                                        partition.head().index(),
                                        partition.head().proof()),
                                partition.recoveries(),
                                null,
                                List.of(new RecordEvidence(record.index(), lie, record.proof())))));
    }

    /// With one signature, of this key.
    static Bundle signedBy(OperatorKey key, Bundle bundle) {
        var now = bundle.now();
        return new Bundle(
                new Moment(key.sign(now.checkpoint().text()), now.state(), now.inLog()),
                bundle.before(),
                bundle.partitions());
    }

    Bundle withContentOf(int partition, int record, RecordContent content) {
        return withRecords(
                partition,
                records -> {
                    var changed = new ArrayList<>(records);
                    var each = records.get(record);
                    var shown = (Shown.Whole) each.shown();
                    changed.set(
                            record,
                            new RecordEvidence(
                                    each.index(),
                                    new Shown.Whole(shown.offset(), shown.timestamp(), content),
                                    each.proof()));
                    return changed;
                });
    }

    /// The first two records each with the other's place.
    Bundle withRecordsSwapped(int partition) {
        return withRecords(
                partition,
                records -> {
                    var a = records.get(0);
                    var b = records.get(1);
                    return List.of(
                            new RecordEvidence(a.index(), b.shown(), a.proof()),
                            new RecordEvidence(b.index(), a.shown(), b.proof()));
                });
    }

    Bundle withRecordsReversed(int partition) {
        return withRecords(partition, List::reversed);
    }

    Bundle withPartitionsReversed() {
        return new Bundle(honest.now(), honest.before(), honest.partitions().reversed());
    }

    Bundle withHead(int partition, PartitionHead head, int index) {
        return with(
                partition,
                p ->
                        new PartitionEvidence(
                                new PlacedHead(head, index, p.head().proof()),
                                p.recoveries(),
                                p.before(),
                                p.records()));
    }

    Bundle withFormerHead(int partition, PartitionHead head) {
        return with(
                partition,
                p -> {
                    var before = Objects.requireNonNull(p.before());
                    return new PartitionEvidence(
                            p.head(),
                            p.recoveries(),
                            new FormerHead(
                                    new PlacedHead(
                                            head, before.head().index(), before.head().proof()),
                                    before.growth()),
                            p.records());
                });
    }

    Bundle withoutGrowth(int partition) {
        return with(
                partition,
                p ->
                        new PartitionEvidence(
                                p.head(),
                                p.recoveries(),
                                new FormerHead(
                                        Objects.requireNonNull(p.before()).head(), List.of()),
                                p.records()));
    }

    Bundle withoutRecoveries(int partition) {
        return with(
                partition,
                p -> new PartitionEvidence(p.head(), List.of(), p.before(), p.records()));
    }

    Bundle withRecoveryThatKept(int partition, int recovery, long kept) {
        return with(
                partition,
                p -> {
                    var changed = new ArrayList<>(p.recoveries());
                    var told = changed.get(recovery);
                    changed.set(
                            recovery,
                            new Recovery(
                                    told.former(),
                                    kept,
                                    told.keptRoot(),
                                    told.time(),
                                    told.reason()));
                    return new PartitionEvidence(p.head(), changed, p.before(), p.records());
                });
    }

    Bundle withMomentsExchanged() {
        var before = Objects.requireNonNull(honest.before());
        return new Bundle(
                before.moment(), new Before(honest.now(), before.logGrowth()), honest.partitions());
    }

    Bundle withStateOf(Snapshot other) {
        var now = honest.now();
        return new Bundle(
                new Moment(now.checkpoint(), other.state(), now.inLog()),
                honest.before(),
                honest.partitions());
    }

    Bundle withoutLogGrowth() {
        var before = Objects.requireNonNull(honest.before());
        return new Bundle(
                honest.now(), new Before(before.moment(), List.of()), honest.partitions());
    }

    private Bundle withRecords(int partition, UnaryOperator<List<RecordEvidence>> change) {
        return with(
                partition,
                p ->
                        new PartitionEvidence(
                                p.head(), p.recoveries(), p.before(), change.apply(p.records())));
    }

    private Bundle with(int partition, UnaryOperator<PartitionEvidence> change) {
        var partitions = new ArrayList<>(honest.partitions());
        partitions.set(partition, change.apply(partitions.get(partition)));
        return new Bundle(honest.now(), honest.before(), partitions);
    }

    /// The root that a proof leads to, whatever it should be.
    private static Hash root(Hash leaf, long index, long size, List<Hash> proof) {
        var hasher = new TreeHasher();
        var hash = leaf;
        long at = index;
        long last = size - 1;
        for (var sibling : proof) {
            while ((at & 1) == 0 && at == last) {
                at >>>= 1;
                last >>>= 1;
            }
            hash = (at & 1) == 1 ? hasher.node(sibling, hash) : hasher.node(hash, sibling);
            at >>>= 1;
            last >>>= 1;
        }
        return hash;
    }
}
