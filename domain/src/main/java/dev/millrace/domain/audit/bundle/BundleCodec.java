package dev.millrace.domain.audit.bundle;

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
import dev.millrace.domain.audit.encoding.CanonicalReader;
import dev.millrace.domain.audit.encoding.CanonicalWriter;
import dev.millrace.domain.audit.note.SignedNote;
import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.audit.tree.TreeProofs;
import dev.millrace.domain.event.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The bytes of a bundle, laid out in `docs/decisions/0030-audit-trees.md`: a title, the content,
/// and the SHA-256 of both, which tells damage on the way from evidence that was tampered with.
final class BundleCodec {

    private static final byte[] TITLE =
            "millrace audit bundle 1\n".getBytes(StandardCharsets.US_ASCII);

    /// What is said of a bundle that does not end with its own digest.
    static final String NOT_SEALED =
            "its SHA-256 is not the one at its end: damaged on the way, or changed";

    private static final int MOST_PARTITIONS = 10_000;
    private static final int MOST_RECORDS = 100_000;
    private static final int MOST_RECOVERIES = 100;
    private static final int LARGEST_CONTENT = 2 * RecordContent.MAX_BYTES;

    private static final int WHOLE = 0;
    private static final int PLACE = 1;
    private static final int WITHHELD = 2;

    private BundleCodec() {}

    static byte[] encode(Bundle bundle) {
        var out = new CanonicalWriter().raw(TITLE);
        write(bundle.now(), out);
        var before = bundle.before();
        out.flag(before != null);
        if (before != null) {
            write(before.moment(), out);
            out.hashes(before.logGrowth());
        }
        out.i32(bundle.partitions().size());
        bundle.partitions().forEach(partition -> write(partition, out));
        var content = out.toBytes();
        var encoded = out.raw(Digest.sha256().digest(content)).toBytes();
        if (encoded.length > Bundle.MAX_BYTES) {
            throw new IllegalArgumentException(
                    "bundle: %d bytes (expected: 0..%d); ask for less at once"
                            .formatted(encoded.length, Bundle.MAX_BYTES));
        }
        return encoded;
    }

    /// Whether a bundle ends with its own digest.
    static boolean isSealed(byte[] encoded) {
        int end = encoded.length - Hash.BYTES;
        return end >= 0
                && Arrays.equals(
                        Digest.sha256().digest(Arrays.copyOf(encoded, end)),
                        Arrays.copyOfRange(encoded, end, encoded.length));
    }

    static Bundle decode(byte[] encoded) {
        requireTitle(encoded);
        if (!isSealed(encoded)) {
            throw new IllegalArgumentException(NOT_SEALED);
        }
        return decodeUnsealed(encoded);
    }

    /// Requires that it is one of this version, and no larger than any.
    static void requireTitle(byte[] encoded) {
        if (encoded.length > Bundle.MAX_BYTES) {
            throw new IllegalArgumentException(
                    "%d bytes (expected: 0..%d)".formatted(encoded.length, Bundle.MAX_BYTES));
        }
        int end = encoded.length - Hash.BYTES;
        if (end < TITLE.length
                || !Arrays.equals(encoded, 0, TITLE.length, TITLE, 0, TITLE.length)) {
            throw new IllegalArgumentException("byte 0: not a bundle of version 1");
        }
    }

    /// Reads a bundle whatever its digest is, to find out what of it is damaged.
    ///
    /// @param encoded with a title
    /// @throws MalformedPart if a part of it cannot be read
    static Bundle decodeUnsealed(byte[] encoded) {
        var content = Arrays.copyOf(encoded, encoded.length - Hash.BYTES);
        var in = new CanonicalReader(content);
        in.raw(TITLE.length);
        var now = part("checkpoint", () -> moment(in));
        var before =
                part(
                        "earlier checkpoint",
                        () -> in.flag() ? new Before(moment(in), proof(in)) : null);
        var partitions = new ArrayList<PartitionEvidence>();
        int count = in.count(MOST_PARTITIONS);
        for (int number = 1; number <= count; number++) {
            partitions.add(partition(in, number));
        }
        in.end();
        requireOrder(partitions);
        var bundle = new Bundle(now, before, partitions);
        if (!Arrays.equals(Arrays.copyOf(encode(bundle), content.length), content)) {
            throw new IllegalArgumentException("not in the one form of its content");
        }
        return bundle;
    }

    private static void write(Moment moment, CanonicalWriter out) {
        out.bytes(moment.checkpoint().toBytes())
                .raw(moment.state().encode())
                .hashes(moment.inLog());
    }

    private static Moment moment(CanonicalReader in) {
        return new Moment(
                SignedNote.parse(in.bytes(SignedNote.MAX_BYTES)), SiteState.read(in), proof(in));
    }

    private static void write(PartitionEvidence partition, CanonicalWriter out) {
        write(partition.head(), out);
        out.u8(partition.recoveries().size());
        partition.recoveries().forEach(recovery -> recovery.write(out));
        var before = partition.before();
        out.flag(before != null);
        if (before != null) {
            write(before.head(), out);
            out.u8(before.growth().size());
            before.growth().forEach(out::hashes);
        }
        out.i32(partition.records().size());
        partition.records().forEach(each -> write(each, out));
    }

    /// @param number counts from 1
    private static PartitionEvidence partition(CanonicalReader in, int number) {
        var head = part("partition %d of the bundle".formatted(number), () -> placed(in));
        var name = head.head().name();
        return part(name, () -> partition(in, head));
    }

    private static PartitionEvidence partition(CanonicalReader in, PlacedHead head) {
        var recoveries = new ArrayList<Recovery>();
        for (int left = few(in, MOST_RECOVERIES); left > 0; left--) {
            recoveries.add(Recovery.read(in));
        }
        var before = part(head.head().name() + ", before", () -> in.flag() ? former(in) : null);
        var records = new ArrayList<RecordEvidence>();
        for (int left = in.count(MOST_RECORDS); left > 0; left--) {
            long index = in.i64();
            records.add(
                    part(
                            "%s, record %d".formatted(head.head().name(), index),
                            () -> new RecordEvidence(index, shown(in), proof(in))));
        }
        return new PartitionEvidence(head, recoveries, before, records);
    }

    private static FormerHead former(CanonicalReader in) {
        var head = placed(in);
        var growth = new ArrayList<List<Hash>>();
        for (int left = few(in, 2 * MOST_RECOVERIES + 1); left > 0; left--) {
            growth.add(proof(in));
        }
        return new FormerHead(head, growth);
    }

    private static void write(PlacedHead placed, CanonicalWriter out) {
        placed.head().write(out);
        out.i32(placed.index()).hashes(placed.proof());
    }

    private static PlacedHead placed(CanonicalReader in) {
        return new PlacedHead(PartitionHead.read(in), in.i32(), proof(in));
    }

    private static void write(RecordEvidence each, CanonicalWriter out) {
        out.i64(each.index());
        switch (each.shown()) {
            case Shown.Whole(long offset, long timestamp, RecordContent content) ->
                    out.u8(WHOLE).i64(offset).i64(timestamp).bytes(content.encode());
            case Shown.Place(long offset, long timestamp, Hash content) ->
                    out.u8(PLACE).i64(offset).i64(timestamp).hash(content);
            case Shown.Withheld(Hash leaf) -> out.u8(WITHHELD).hash(leaf);
        }
        out.hashes(each.proof());
    }

    private static Shown shown(CanonicalReader in) {
        int kind = in.u8();
        return switch (kind) {
            case WHOLE ->
                    new Shown.Whole(
                            offset(in), in.i64(), RecordContent.decode(in.bytes(LARGEST_CONTENT)));
            case PLACE -> new Shown.Place(offset(in), in.i64(), in.hash());
            case WITHHELD -> new Shown.Withheld(in.hash());
            default -> throw in.refused("a record of kind %d (expected: 0..2)".formatted(kind));
        };
    }

    private static long offset(CanonicalReader in) {
        long offset = in.i64();
        if (offset < 0) {
            throw in.refused("offset %d (expected: 0 or more)".formatted(offset));
        }
        return offset;
    }

    /// Reads a part, and names it if that fails and no part of it was named.
    private static <T extends @Nullable Object> T part(String where, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (MalformedPart named) {
            throw named;
        } catch (IllegalArgumentException malformed) {
            throw new MalformedPart(where, String.valueOf(malformed.getMessage()));
        }
    }

    private static List<Hash> proof(CanonicalReader in) {
        return in.hashes(TreeProofs.MOST_HASHES);
    }

    private static int few(CanonicalReader in, int most) {
        int count = in.u8();
        if (count > most) {
            throw in.refused("a count of %d (expected: 0..%d)".formatted(count, most));
        }
        return count;
    }

    private static void requireOrder(List<PartitionEvidence> partitions) {
        for (int i = 1; i < partitions.size(); i++) {
            var head = partitions.get(i).head().head();
            if (PartitionHead.ORDER.compare(partitions.get(i - 1).head().head(), head) >= 0) {
                throw new MalformedPart(head.name(), "not in its place");
            }
        }
        for (var partition : partitions) {
            var records = partition.records();
            for (int i = 1; i < records.size(); i++) {
                if (records.get(i - 1).index() >= records.get(i).index()) {
                    throw new MalformedPart(
                            "%s, record %d"
                                    .formatted(
                                            partition.head().head().name(), records.get(i).index()),
                            "not in its place");
                }
            }
        }
    }
}
