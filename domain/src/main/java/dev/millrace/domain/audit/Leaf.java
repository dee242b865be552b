package dev.millrace.domain.audit;

import dev.millrace.domain.audit.encoding.CanonicalReader;
import dev.millrace.domain.audit.encoding.CanonicalWriter;
import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.audit.tree.TreeHasher;
import java.util.UUID;

/// One committed record in the tree of its partition: where it stands, when, and the digest of what
/// it holds.
///
/// @param topicId Kafka's, so that a topic made again under the same name is another
/// @param timestamp the record's, in milliseconds since 1970: the broker's where the topic says so
/// @param content the digest of its [RecordContent]
public record Leaf(UUID topicId, int partition, long offset, long timestamp, Hash content) {

    public static final int BYTES = 69;

    private static final int TAG = 2;

    public Leaf {
        if (partition < 0 || offset < 0) {
            throw new IllegalArgumentException(
                    "leaf: partition %d, offset %d (expected: 0 or more)"
                            .formatted(partition, offset));
        }
    }

    /// The entry of the tree, of [#BYTES].
    public byte[] encode() {
        return new CanonicalWriter()
                .u8(TAG)
                .uuid(topicId)
                .i32(partition)
                .i64(offset)
                .i64(timestamp)
                .hash(content)
                .toBytes();
    }

    /// Reads what [#encode] writes.
    ///
    /// @throws IllegalArgumentException if `entry` is anything else
    public static Leaf decode(byte[] entry) {
        var reader = new CanonicalReader(entry);
        reader.tag(TAG, "a leaf");
        var leaf = new Leaf(reader.uuid(), reader.i32(), reader.i64(), reader.i64(), reader.hash());
        reader.end();
        return leaf;
    }

    /// Its hash in the tree.
    public Hash hash() {
        return new TreeHasher().leaf(encode());
    }
}
