package dev.millrace.domain.audit.bundle;

import dev.millrace.domain.audit.Checkpoint;
import dev.millrace.domain.audit.PartitionHead;
import dev.millrace.domain.audit.bundle.Bundle.Moment;
import dev.millrace.domain.audit.bundle.Bundle.PartitionEvidence;
import dev.millrace.domain.audit.bundle.Bundle.PlacedHead;
import dev.millrace.domain.audit.bundle.Bundle.RecordEvidence;
import dev.millrace.domain.audit.bundle.Verdict.PartitionProved;
import dev.millrace.domain.audit.bundle.Verdict.RecordProved;
import dev.millrace.domain.audit.bundle.Verdict.Run;
import dev.millrace.domain.audit.bundle.Verdict.Seen;
import dev.millrace.domain.audit.note.TrustedKeys;
import dev.millrace.domain.audit.tree.ProofCheck;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Judges bundles by keys that come from elsewhere: nothing in a bundle is ever taken for a key.
///
/// Pure: no network, no clock, no files. Safe for use by many threads.
public final class BundleVerifier {

    private static final String WHOLE = "bundle";

    private final TrustedKeys trusted;

    public BundleVerifier(TrustedKeys trusted) {
        this.trusted = trusted;
    }

    /// Says what a bundle proves, or names what broke. Never throws at a bundle, whatever it is.
    public Verdict verify(byte[] encoded) {
        var flaws = new Flaws();
        Bundle bundle;
        try {
            BundleCodec.requireTitle(encoded);
            if (!BundleCodec.isSealed(encoded)) {
                // Refused for that alone, and looked at nevertheless, to say what is damaged.
                flaws.add(WHOLE, BundleCodec.NOT_SEALED);
            }
            bundle = BundleCodec.decodeUnsealed(encoded);
        } catch (IllegalArgumentException malformed) {
            if (malformed instanceof MalformedPart part) {
                flaws.add(part.where(), part.what());
            } else {
                flaws.add(WHOLE, String.valueOf(malformed.getMessage()));
            }
            return flaws.refused();
        }
        return verify(bundle, flaws);
    }

    private Verdict verify(Bundle bundle, Flaws flaws) {
        var now = seen("checkpoint", bundle.now(), flaws);
        Seen before = null;
        var earlier = bundle.before();
        if (earlier != null) {
            before = seen("earlier checkpoint", earlier.moment(), flaws);
            requireGrowth(earlier, bundle.now(), flaws);
        }
        if (now != null && now.signers().witnessCount() < trusted.quorum()) {
            flaws.add(
                    "checkpoint",
                    "countersigned by %d of the witnesses that you trust (expected: %d or more)"
                            .formatted(now.signers().witnessCount(), trusted.quorum()));
        }
        var partitions = new ArrayList<PartitionProved>();
        int lastIndex = -1;
        for (var evidence : bundle.partitions()) {
            if (evidence.head().index() <= lastIndex) {
                flaws.add(evidence.head().head().name(), "its place is not after the one before");
            }
            lastIndex = evidence.head().index();
            partitions.add(partition(evidence, bundle, flaws));
        }
        if (!flaws.isEmpty() || now == null) {
            return flaws.refused();
        }
        boolean hasAll = partitions.size() == now.state().partitions();
        boolean noneVanished =
                before != null
                        && before.state().partitions()
                                == partitions.stream().filter(p -> p.growth() != null).count();
        var unproved =
                new Unproved(trusted, now, before, partitions, hasAll, noneVanished).sentences();
        return new Verdict.Proved(
                trusted.origin(), now, before, partitions, hasAll, noneVanished, unproved);
    }

    /// @return null if it is none; then a flaw says why
    private @Nullable Seen seen(String where, Moment moment, Flaws flaws) {
        try {
            var signers = trusted.check(moment.checkpoint());
            var checkpoint = Checkpoint.parse(moment.checkpoint().text());
            var state = moment.state();
            if (!checkpoint.origin().equals(trusted.origin())) {
                flaws.add(
                        where,
                        "of %s (expected: %s)".formatted(checkpoint.origin(), trusted.origin()));
            }
            if (state.number() != checkpoint.size() - 1) {
                flaws.add(
                        where,
                        "state %d is not the last of the %d that it signs"
                                .formatted(state.number(), checkpoint.size()));
            }
            if (!ProofCheck.includes(
                    state.hash(),
                    state.number(),
                    checkpoint.size(),
                    moment.inLog(),
                    checkpoint.root())) {
                flaws.add(where, "state %d is not in the site's log".formatted(state.number()));
            }
            return new Seen(checkpoint.size(), checkpoint.root(), state, signers);
        } catch (IllegalArgumentException refused) {
            flaws.add(where, String.valueOf(refused.getMessage()));
            return null;
        }
    }

    private static void requireGrowth(Bundle.Before before, Moment now, Flaws flaws) {
        try {
            var former = Checkpoint.parse(before.moment().checkpoint().text());
            var latter = Checkpoint.parse(now.checkpoint().text());
            if (!ProofCheck.continues(
                    former.size(),
                    former.root(),
                    latter.size(),
                    latter.root(),
                    before.logGrowth())) {
                flaws.add(
                        "earlier checkpoint",
                        "the site's log of %d entries does not begin with the %d of before"
                                .formatted(latter.size(), former.size()));
            }
        } catch (IllegalArgumentException _) {
            // Named where the checkpoints themselves are looked at.
        }
    }

    private static PartitionProved partition(
            PartitionEvidence evidence, Bundle bundle, Flaws flaws) {
        var head = evidence.head().head();
        requirePlaced(head.name(), evidence.head(), bundle.now(), flaws);
        var growth = new GrowthCheck(evidence, bundle.before(), flaws).growth();
        var records = new ArrayList<RecordProved>();
        long lastOffset = -1;
        for (var each : evidence.records()) {
            lastOffset = requireRecord(head, each, lastOffset, flaws);
            records.add(new RecordProved(each.index(), each.shown()));
        }
        return new PartitionProved(head, growth, records, runs(records));
    }

    static void requirePlaced(String where, PlacedHead placed, Moment moment, Flaws flaws) {
        var state = moment.state();
        if (!ProofCheck.includes(
                placed.head().hash(),
                placed.index(),
                state.partitions(),
                placed.proof(),
                state.root())) {
            flaws.add(where, "its head is not in state %d".formatted(state.number()));
        }
    }

    /// @return the offset of the record, or the last one known
    private static long requireRecord(
            PartitionHead head, RecordEvidence each, long lastOffset, Flaws flaws) {
        var where = "%s, record %d".formatted(head.name(), each.index());
        var shown = each.shown();
        if (!ProofCheck.includes(
                shown.leaf(head), each.index(), head.size(), each.proof(), head.root())) {
            flaws.add(where + place(head, shown), "it is not in the tree of its partition");
        }
        long offset =
                switch (shown) {
                    case Shown.Whole whole -> whole.offset();
                    case Shown.Place place -> place.offset();
                    case Shown.Withheld _ -> -1;
                };
        if (offset == -1) {
            return lastOffset;
        }
        boolean isPlaced =
                offset > lastOffset
                        && offset - head.firstOffset() >= each.index()
                        && head.endOffset() - offset >= head.size() - each.index();
        if (!isPlaced) {
            flaws.add(
                    where + place(head, shown),
                    "its offset is not that of a record with this index");
        }
        return Math.max(offset, lastOffset);
    }

    private static String place(PartitionHead head, Shown shown) {
        return switch (shown) {
            case Shown.Whole whole -> " (%s@%d)".formatted(head.name(), whole.offset());
            case Shown.Place place -> " (%s@%d)".formatted(head.name(), place.offset());
            case Shown.Withheld _ -> "";
        };
    }

    private static List<Run> runs(List<RecordProved> records) {
        var runs = new ArrayList<Run>();
        for (var each : records) {
            var last = runs.isEmpty() ? null : runs.getLast();
            if (last != null && last.last() + 1 == each.index()) {
                runs.set(runs.size() - 1, new Run(last.first(), each.index()));
            } else {
                runs.add(new Run(each.index(), each.index()));
            }
        }
        return runs;
    }
}
