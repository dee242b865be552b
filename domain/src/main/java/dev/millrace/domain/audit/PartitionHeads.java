package dev.millrace.domain.audit;

import dev.millrace.domain.audit.encoding.CanonicalReader;
import dev.millrace.domain.audit.encoding.CanonicalWriter;
import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.audit.tree.MemoryTree;
import java.util.ArrayList;
import java.util.List;

/// All partitions of a site at one checkpoint, each once, in their order.
///
/// @param heads 0 to [#MOST]
public record PartitionHeads(List<PartitionHead> heads) {

    public static final int MOST = 100_000;

    public PartitionHeads {
        heads = heads.stream().sorted(PartitionHead.ORDER).toList();
        if (heads.size() > MOST) {
            throw new IllegalArgumentException(
                    "heads: %d (expected: 0..%d)".formatted(heads.size(), MOST));
        }
        for (int i = 1; i < heads.size(); i++) {
            if (heads.get(i).isOf(heads.get(i - 1))) {
                throw new IllegalArgumentException(
                        "heads: %s is there twice".formatted(heads.get(i).name()));
            }
        }
    }

    /// The tree over them.
    public MemoryTree tree() {
        return new MemoryTree(heads.stream().map(PartitionHead::hash).toList());
    }

    /// Their root.
    public Hash root() {
        return tree().root();
    }

    /// Their number, then each.
    public byte[] encode() {
        var content = new CanonicalWriter().i32(heads.size());
        heads.forEach(head -> head.write(content));
        return content.toBytes();
    }

    /// Reads what [#encode] writes.
    ///
    /// @throws IllegalArgumentException if `encoded` is anything else
    public static PartitionHeads decode(byte[] encoded) {
        var content = new CanonicalReader(encoded);
        int count = content.count(MOST);
        var read = new ArrayList<PartitionHead>();
        for (int i = 0; i < count; i++) {
            read.add(PartitionHead.read(content));
        }
        content.end();
        var heads = new PartitionHeads(read);
        if (!heads.heads.equals(read)) {
            throw new IllegalArgumentException("heads: not in their order");
        }
        return heads;
    }
}
