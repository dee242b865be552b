package dev.millrace.streams.audit;

import dev.millrace.domain.view.InvalidQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/// Reads the records of one bundle from the log, as many as fit into it. Confined to one thread.
final class RecordScan {

    /// The most records of a bundle.
    static final int MOST_RECORDS = 10_000;

    /// The most bytes of their keys, values and headers.
    static final long MOST_BYTES = 16L << 20;

    /// The longest that records are looked for, all partitions together.
    static final Duration LONGEST = Duration.ofSeconds(20);

    private static final Duration POLL = Duration.ofMillis(250);

    private final Consumer<byte[], byte[]> consumer;
    private final LongSupplier ticker;
    private final long begun;
    private boolean isFull;
    private int records;
    private long bytes;

    /// @param ticker nanoseconds that only grow
    RecordScan(Consumer<byte[], byte[]> consumer, LongSupplier ticker) {
        this.consumer = consumer;
        this.ticker = ticker;
        this.begun = ticker.getAsLong();
    }

    /// Counts records that are shown without being read.
    void count(long more) {
        records += (int) Math.min(more, MOST_RECORDS);
        if (records > MOST_RECORDS) {
            throw new InvalidQuery(
                    "bundle: more than %d records; ask for fewer, by offsets or a shorter time"
                            .formatted(MOST_RECORDS));
        }
    }

    /// The records from one offset to before another that are still in the log, less those that are
    /// not wanted.
    List<ConsumerRecord<byte[], byte[]>> read(
            TopicPartition partition,
            long from,
            long to,
            Predicate<ConsumerRecord<byte[], byte[]>> wanted) {
        var found = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        consumer.assign(List.of(partition));
        long first = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
        long last = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        long end = Math.min(to, last);
        if (Math.max(from, first) >= end) {
            return found;
        }
        consumer.seek(partition, Math.max(from, first));
        while (consumer.position(partition) < end) {
            if (ticker.getAsLong() - begun > LONGEST.toNanos()) {
                throw new InvalidQuery(
                        "bundle: not all records were looked through within %d s; ask for a range of offsets"
                                .formatted(LONGEST.toSeconds()));
            }
            for (var record : consumer.poll(POLL).records(partition)) {
                if (record.offset() < end && wanted.test(record)) {
                    add(record, found);
                }
            }
        }
        return found;
    }

    /// The records of a partition that are wanted, from one offset to before another, as far as the
    /// bundle has room and time; see [#isFull].
    ///
    /// @return how far it got: the offset behind the last record that was looked at
    /// @throws TimeoutException if there was nothing to look at in time
    long readWhatFits(
            TopicPartition partition,
            long from,
            long to,
            Predicate<ConsumerRecord<byte[], byte[]>> wanted,
            List<ConsumerRecord<byte[], byte[]>> found) {
        consumer.assign(List.of(partition));
        long first = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
        long last = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        long end = Math.min(to, last);
        long at = Math.max(from, first);
        if (at >= end) {
            return to;
        }
        consumer.seek(partition, at);
        while (consumer.position(partition) < end) {
            if (ticker.getAsLong() - begun > LONGEST.toNanos()) {
                if (at == Math.max(from, first)) {
                    throw new TimeoutException(
                            "nothing of " + partition + " could be read in time");
                }
                isFull = true;
                return at;
            }
            for (var record : consumer.poll(POLL).records(partition)) {
                if (record.offset() >= end) {
                    return to;
                }
                if (wanted.test(record)) {
                    long size = bytes(record);
                    if (records == MOST_RECORDS || bytes + size > MOST_BYTES) {
                        isFull = true;
                        return at;
                    }
                    records++;
                    bytes += size;
                    found.add(record);
                }
                at = record.offset() + 1;
            }
        }
        return to;
    }

    /// Whether something was left out for want of room or time.
    boolean isFull() {
        return isFull;
    }

    /// The first offset whose record came at a time or later; `otherwise` if none did.
    long offsetAt(TopicPartition partition, long millis, long otherwise) {
        var found = consumer.offsetsForTimes(Map.of(partition, millis)).get(partition);
        return found == null ? otherwise : found.offset();
    }

    private void add(
            ConsumerRecord<byte[], byte[]> record, List<ConsumerRecord<byte[], byte[]>> found) {
        bytes += bytes(record);
        if (bytes > MOST_BYTES) {
            throw new InvalidQuery(
                    "bundle: more than %d bytes of records; ask for fewer, by offsets or a shorter time"
                            .formatted(MOST_BYTES));
        }
        count(1);
        found.add(record);
    }

    private static long bytes(ConsumerRecord<byte[], byte[]> record) {
        long bytes = Math.max(0L, record.serializedKeySize());
        bytes += Math.max(0L, record.serializedValueSize());
        for (var header : record.headers()) {
            bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return bytes;
    }
}
