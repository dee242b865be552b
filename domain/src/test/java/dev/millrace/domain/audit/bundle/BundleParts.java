package dev.millrace.domain.audit.bundle;

import dev.millrace.domain.audit.PartitionHead;
import dev.millrace.domain.audit.encoding.CanonicalWriter;
import dev.millrace.domain.audit.tree.Hash;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Which part of a bundle each of its bytes belongs to, by the layout in decision 30: written down
/// a second time, so that what the verifier names is held against something.
final class BundleParts {

    /// A count, length or flag: what follows is read as something else, whatever that may be.
    private static final String STRUCTURE = ".+";

    private static final int TITLE = 24;

    private final TreeMap<Integer, String> starts = new TreeMap<>();
    private int end;

    BundleParts(Bundle bundle) {
        add("bundle: byte 0: not a bundle.*", TITLE);
        moment("checkpoint: .*", bundle.now());
        add(STRUCTURE, 1);
        var before = bundle.before();
        if (before != null) {
            moment("earlier checkpoint: .*", before.moment());
            proof("earlier checkpoint: .*", before.logGrowth());
        }
        add(STRUCTURE, 4);
        for (int i = 0; i < bundle.partitions().size(); i++) {
            partition(i + 1, bundle.partitions().get(i));
        }
    }

    /// What one of the flaws says if the byte there is damaged, as a pattern; empty if it is one of
    /// the digest.
    String at(int index) {
        return index >= end ? "" : starts.floorEntry(index).getValue();
    }

    /// How long the title is.
    int title() {
        return TITLE;
    }

    /// Where the digest begins.
    int end() {
        return end;
    }

    private void moment(String flaw, Bundle.Moment moment) {
        add(STRUCTURE, 4);
        add(flaw, moment.checkpoint().toBytes().length);
        add(flaw, moment.state().encode().length);
        proof(flaw, moment.inLog());
    }

    private void partition(int number, Bundle.PartitionEvidence partition) {
        var head = partition.head().head();
        var name = Pattern.quote(head.name());
        var ofHead =
                "partition %d of the bundle: .*|.*its head is not in .*|.*its place is not .*|%s.*"
                        .formatted(number, name);
        placed(ofHead, head, partition.head().proof());
        add(STRUCTURE, 1);
        for (var recovery : partition.recoveries()) {
            var content = new CanonicalWriter();
            recovery.write(content);
            add(name + ".*", content.toBytes().length);
        }
        add(STRUCTURE, 1);
        var before = partition.before();
        if (before != null) {
            placed(name + ".*", before.head().head(), before.head().proof());
            add(STRUCTURE, 1);
            before.growth().forEach(each -> proof(name + ": its tree of .*", each));
        }
        add(STRUCTURE, 4);
        partition.records().forEach(each -> record(name + ", record .*", each));
    }

    private void placed(String flaw, PartitionHead head, List<Hash> proof) {
        add(flaw, head.encode().length);
        add(flaw, 4);
        proof(flaw, proof);
    }

    private void record(String flaw, Bundle.RecordEvidence each) {
        add(flaw, 8);
        add(STRUCTURE, 1);
        switch (each.shown()) {
            case Shown.Whole whole -> {
                add(flaw, 16);
                add(STRUCTURE, 4);
                add(flaw, whole.content().encode().length);
            }
            case Shown.Place _ -> add(flaw, 16 + Hash.BYTES);
            case Shown.Withheld _ -> add(flaw, Hash.BYTES);
        }
        proof(flaw, each.proof());
    }

    private void proof(String flaw, List<Hash> hashes) {
        add(STRUCTURE, 1);
        add(flaw, hashes.size() * Hash.BYTES);
    }

    private void add(String flaw, int bytes) {
        if (bytes > 0) {
            starts.put(end, flaw);
            end += bytes;
        }
    }
}
