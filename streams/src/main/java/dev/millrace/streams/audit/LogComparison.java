package dev.millrace.streams.audit;

import dev.millrace.domain.audit.LeafSearch;
import dev.millrace.domain.audit.tree.TreeDamaged;
import java.io.IOException;
import java.time.Duration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.errors.TimeoutException;

/// Compares a tree with the log that it was made from.
///
/// A log that lost its end, and goes on with other records, differs in one place and in all after
/// it. So the newest records are compared, and earlier ones only as long as all of those differ. A
/// record that differs before others that do not was no loss of an end: somebody changed it. The
/// tree stays as it was signed, and the scrub tells of the record. Confined to one thread.
final class LogComparison {

    /// How many of the newest records are always compared.
    static final long NEWEST = 1_000;

    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);

    private final Consumer<byte[], byte[]> consumer;
    private final PartitionTree tree;
    private final long logStart;
    private final long logEnd;

    /// @param consumer that has the partition assigned, alone
    /// @param logStart what was before it is deleted, which is no loss
    LogComparison(
            Consumer<byte[], byte[]> consumer, PartitionTree tree, long logStart, long logEnd) {
        this.consumer = consumer;
        this.tree = tree;
        this.logStart = logStart;
        this.logEnd = logEnd;
    }

    /// How many records of the tree, from its first on, there are up to the last one that the log
    /// has as the tree has it.
    long shared() throws IOException {
        long size = tree.size();
        var leaves = new LeafSearch(tree.reader(), size);
        long oldest = leaves.indexFrom(logStart);
        long behind = size;
        for (long width = NEWEST; ; width *= 4) {
            long from = Math.max(oldest, size - width);
            long shared = sharedWithin(from, behind, leaves);
            if (shared > from || from == oldest) {
                return shared;
            }
            behind = from;
        }
    }

    /// Fills a tree that is empty from the log.
    ///
    /// @param size how many records it had
    /// @throws TreeDamaged if the log does not have so many
    void rebuild(long size) throws IOException {
        if (tree.next() < logStart) {
            throw new TreeDamaged(
                    "tree of " + tree.partition().name(),
                    "offsets %d to %d are deleted, so it cannot be built anew"
                            .formatted(tree.next(), logStart - 1));
        }
        var partition = tree.partition().inKafka();
        consumer.seek(partition, tree.next());
        long heard = System.nanoTime();
        while (tree.size() < size && consumer.position(partition) < logEnd) {
            var records = consumer.poll(POLL).records(partition);
            for (var record : records) {
                if (tree.size() < size) {
                    tree.append(Leaves.of(tree.partition(), record));
                }
            }
            heard = heardOrSilent(!records.isEmpty(), heard);
        }
    }

    /// The index behind the last record that is the same, of those from one index to before
    /// another; the first index if none is.
    private long sharedWithin(long from, long behind, LeafSearch leaves) throws IOException {
        if (from == behind) {
            return from;
        }
        var partition = tree.partition().inKafka();
        long shared = from;
        long index = from;
        consumer.seek(partition, leaves.at(from).offset());
        long end = Math.min(leaves.at(behind - 1).offset() + 1, logEnd);
        long heard = System.nanoTime();
        while (consumer.position(partition) < end) {
            var records = consumer.poll(POLL).records(partition);
            for (var record : records) {
                while (index < behind && leaves.at(index).offset() < record.offset()) {
                    index++;
                }
                if (index == behind) {
                    return shared;
                }
                if (leaves.at(index).equals(Leaves.of(tree.partition(), record))) {
                    shared = index + 1;
                }
            }
            heard = heardOrSilent(!records.isEmpty(), heard);
        }
        return shared;
    }

    private long heardOrSilent(boolean isHeard, long heard) {
        long now = System.nanoTime();
        if (!isHeard && now - heard > LONGEST_SILENCE.toNanos()) {
            throw new TimeoutException(
                    "no records of " + tree.partition().name() + " to compare with");
        }
        return isHeard ? now : heard;
    }
}
