package dev.millrace.gateway.admission;

import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/// The requests of one partition that are read and not settled yet, in the order of the log.
///
/// Confined to the thread that reads them.
final class Lane {

    /// So many requests are enough to read no further.
    static final int MOST_OPEN = 64;

    /// So many bytes of keys and values, too; a batch more may be.
    static final long MOST_OPEN_BYTES = 16L << 20;

    /// The position before anything was read.
    static final long UNKNOWN = -1;

    private final TopicPartition partition;
    private final TreeMap<Long, Long> open = new TreeMap<>();
    private long bytes;
    private long next = UNKNOWN;
    private long noted = UNKNOWN;

    Lane(TopicPartition partition) {
        this.partition = partition;
    }

    TopicPartition partition() {
        return partition;
    }

    /// Notes a request that was read.
    void open(ConsumerRecord<byte[], byte[]> request) {
        long size =
                Math.max(0L, request.serializedKeySize())
                        + Math.max(0L, request.serializedValueSize());
        open.put(request.offset(), size);
        bytes += size;
        readTo(request.offset() + 1);
    }

    /// Notes how far was read: what is in between are no requests.
    void readTo(long offset) {
        next = Math.max(next, offset);
    }

    /// Notes that one is settled.
    void settle(long offset) {
        var size = open.remove(offset);
        if (size != null) {
            bytes -= size;
        }
    }

    /// Whether no more are to be read for now.
    boolean isFull() {
        return open.size() >= MOST_OPEN || bytes >= MOST_OPEN_BYTES;
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    /// Where whoever reads on after this one has to begin: at the first that is not settled;
    /// [#UNKNOWN] before anything was read.
    long position() {
        return open.isEmpty() ? next : open.firstKey();
    }

    /// Whether the position has moved since [#note].
    boolean hasMoved() {
        return position() > noted;
    }

    /// Remembers the position as told to the group.
    void note() {
        noted = position();
    }
}
