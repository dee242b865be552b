package dev.millrace.domain.audit;

import dev.millrace.domain.audit.encoding.CanonicalReader;
import dev.millrace.domain.audit.encoding.CanonicalWriter;
import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.audit.tree.TreeHasher;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.UUID;

/// How far the tree of one partition is: what a checkpoint says of it.
///
/// @param epoch 0, and one more for each [Recovery]: with each a new tree begins
/// @param firstOffset of the first record that the tree has or will have
/// @param endOffset every committed record from `firstOffset` to before this one is in the tree
/// @param size records in the tree; fewer than offsets, where transactions left their marks
/// @param root of the tree
/// @param recovery the digest of the [Recovery] that began this epoch; [Hash#NONE] in epoch 0
public record PartitionHead(
        String topic,
        UUID topicId,
        int partition,
        int epoch,
        long firstOffset,
        long endOffset,
        long size,
        Hash root,
        Hash recovery) {

    /// As they stand in a checkpoint: by topic name, topic id and partition.
    public static final Comparator<PartitionHead> ORDER =
            Comparator.comparing(
                            (PartitionHead head) -> head.topic.getBytes(StandardCharsets.UTF_8),
                            Arrays::compareUnsigned)
                    .thenComparing(PartitionHead::topicId, PartitionHead::compareIds)
                    .thenComparingInt(PartitionHead::partition);

    /// Kafka's own bound on the name of a topic.
    static final int LONGEST_TOPIC = 249;

    private static final int TAG = 3;

    public PartitionHead {
        boolean isCounted =
                partition >= 0
                        && epoch >= 0
                        && firstOffset >= 0
                        && size >= 0
                        && endOffset >= firstOffset
                        && endOffset - firstOffset >= size;
        if (!isCounted) {
            throw new IllegalArgumentException(
                    "head of %s-%d: epoch %d, offsets %d to %d, size %d (expected: none below 0, no more records than offsets)"
                            .formatted(topic, partition, epoch, firstOffset, endOffset, size));
        }
        if (topic.isEmpty()
                || !topic.chars().allMatch(c -> c > ' ' && c < 0x7F)
                || topic.length() > LONGEST_TOPIC) {
            throw new IllegalArgumentException(
                    "topic: %s (expected: 1..%d printable ASCII characters)"
                            .formatted(topic, LONGEST_TOPIC));
        }
        if ((epoch == 0) != recovery.equals(Hash.NONE)) {
            throw new IllegalArgumentException(
                    "head of %s-%d: epoch %d (expected: a recovery in every epoch but 0)"
                            .formatted(topic, partition, epoch));
        }
        if ((size == 0) != root.equals(TreeHasher.EMPTY)) {
            throw new IllegalArgumentException(
                    "head of %s-%d: not the root of %d records".formatted(topic, partition, size));
        }
    }

    /// `topic-partition`, Kafka's own notation.
    public String name() {
        return topic + "-" + partition;
    }

    /// Whether both are about the same partition, at whatever time.
    public boolean isOf(PartitionHead other) {
        return topic.equals(other.topic)
                && topicId.equals(other.topicId)
                && partition == other.partition;
    }

    public byte[] encode() {
        var content = new CanonicalWriter();
        write(content);
        return content.toBytes();
    }

    /// Its hash in the tree over all partitions.
    public Hash hash() {
        return new TreeHasher().leaf(encode());
    }

    /// Puts [#encode] into something larger.
    public void write(CanonicalWriter content) {
        content.u8(TAG)
                .text(topic)
                .uuid(topicId)
                .i32(partition)
                .i32(epoch)
                .i64(firstOffset)
                .i64(endOffset)
                .i64(size)
                .hash(root)
                .hash(recovery);
    }

    /// Reads what [#write] writes.
    ///
    /// @throws IllegalArgumentException if anything else follows
    public static PartitionHead read(CanonicalReader content) {
        content.tag(TAG, "the head of a partition");
        return new PartitionHead(
                content.text(LONGEST_TOPIC),
                content.uuid(),
                content.i32(),
                content.i32(),
                content.i64(),
                content.i64(),
                content.i64(),
                content.hash(),
                content.hash());
    }

    /// As their bytes compare; `UUID` itself compares its halves as signed numbers.
    private static int compareIds(UUID a, UUID b) {
        int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
        return high != 0
                ? high
                : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
    }
}
