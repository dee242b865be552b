package dev.millrace.domain.audit;

import dev.millrace.domain.audit.encoding.CanonicalReader;
import dev.millrace.domain.audit.encoding.CanonicalWriter;
import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.audit.tree.TreeHasher;

/// One entry of a site's log: all its partitions at one time. A checkpoint signs the log that ends
/// with it.
///
/// @param number its index in the site's log; the checkpoint's size is one more
/// @param time by the site's clock, in milliseconds since 1970
/// @param partitions how many there are
/// @param root of the tree over their heads
public record SiteState(long number, long time, int partitions, Hash root) {

    private static final int TAG = 4;

    public SiteState {
        if (number < 0 || partitions < 0 || partitions > PartitionHeads.MOST) {
            throw new IllegalArgumentException(
                    "site state: number %d, %d partitions (expected: 0 or more, 0..%d)"
                            .formatted(number, partitions, PartitionHeads.MOST));
        }
        if ((partitions == 0) != root.equals(TreeHasher.EMPTY)) {
            throw new IllegalArgumentException(
                    "site state: not the root of %d partitions".formatted(partitions));
        }
    }

    public static SiteState of(long number, long time, PartitionHeads heads) {
        return new SiteState(number, time, heads.heads().size(), heads.root());
    }

    public byte[] encode() {
        return new CanonicalWriter()
                .u8(TAG)
                .i64(number)
                .i64(time)
                .i32(partitions)
                .hash(root)
                .toBytes();
    }

    /// Reads an entry of a site's log.
    ///
    /// @throws IllegalArgumentException if `entry` is anything else
    public static SiteState decode(byte[] entry) {
        var content = new CanonicalReader(entry);
        var state = read(content);
        content.end();
        return state;
    }

    /// Reads what [#encode] gives, within something larger.
    public static SiteState read(CanonicalReader content) {
        content.tag(TAG, "the state of a site");
        return new SiteState(content.i64(), content.i64(), content.i32(), content.hash());
    }

    /// Its hash in the site's log.
    public Hash hash() {
        return new TreeHasher().leaf(encode());
    }
}
