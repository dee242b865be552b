package dev.millrace.domain.audit;

import dev.millrace.domain.audit.encoding.CanonicalReader;
import dev.millrace.domain.audit.encoding.CanonicalWriter;
import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.audit.tree.TreeHasher;
import dev.millrace.domain.event.Digest;
import java.nio.charset.StandardCharsets;

/// The public admission that records are lost which were in a partition's tree: a new epoch begins,
/// with a tree of what is left. Its digest stands in every head of that epoch.
///
/// @param former the head of the epoch that ends, with the recovery that began it
/// @param kept how many of the former tree's records the new one begins with
/// @param keptRoot the root over these
/// @param time by the site's clock, in milliseconds since 1970
/// @param reason for people, at most [#LONGEST_REASON] bytes of UTF-8
public record Recovery(PartitionHead former, long kept, Hash keptRoot, long time, String reason) {

    public static final int LONGEST_REASON = 1000;

    private static final int TAG = 5;

    public Recovery {
        if (kept < 0 || kept > former.size()) {
            throw new IllegalArgumentException(
                    "recovery of %s: %d records kept (expected: 0..%d)"
                            .formatted(former.name(), kept, former.size()));
        }
        if ((kept == 0) != keptRoot.equals(TreeHasher.EMPTY)) {
            throw new IllegalArgumentException(
                    "recovery of %s: not the root of %d records".formatted(former.name(), kept));
        }
        if (reason.getBytes(StandardCharsets.UTF_8).length > LONGEST_REASON) {
            throw new IllegalArgumentException(
                    "recovery of %s: a reason of %d characters (expected: at most %d bytes)"
                            .formatted(former.name(), reason.length(), LONGEST_REASON));
        }
    }

    /// The epoch that it begins.
    public int epoch() {
        return former.epoch() + 1;
    }

    /// Records that were in the history and no longer are.
    public long lost() {
        return former.size() - kept;
    }

    /// Puts it into something larger.
    public void write(CanonicalWriter content) {
        content.u8(TAG);
        former.write(content);
        content.i64(kept).hash(keptRoot).i64(time).text(reason);
    }

    /// Reads what [#write] writes.
    ///
    /// @throws IllegalArgumentException if anything else follows
    public static Recovery read(CanonicalReader content) {
        content.tag(TAG, "a recovery");
        return new Recovery(
                PartitionHead.read(content),
                content.i64(),
                content.hash(),
                content.i64(),
                content.text(LONGEST_REASON));
    }

    /// What heads of the new epoch carry.
    public Hash digest() {
        var content = new CanonicalWriter();
        write(content);
        return Hash.of(Digest.sha256().digest(content.toBytes()));
    }
}
