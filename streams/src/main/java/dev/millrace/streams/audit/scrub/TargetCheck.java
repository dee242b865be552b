package dev.millrace.streams.audit.scrub;

import dev.millrace.domain.audit.Difference;
import dev.millrace.domain.audit.Leaf;
import dev.millrace.domain.audit.PartitionHead;
import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.audit.tree.TreeDamaged;
import dev.millrace.domain.event.Digest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Checks one tree, block by block, and the records of each block.
///
/// Confined to one thread.
final class TargetCheck {

    /// What a record costs beside its own bytes: its entry and hash, and what is around it.
    static final int BYTES_A_RECORD = 200;

    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);

    private final Target target;
    private final Consumer<byte[], byte[]> consumer;
    private final SignedHistory history;
    private final Findings findings;
    private final LongSupplier ticker;
    private final Deque<ConsumerRecord<byte[], byte[]>> pending = new ArrayDeque<>();
    private final List<Leaf> unmatched = new ArrayList<>();
    private long next;
    private long spent;
    private long silentSince;
    private boolean isSilent;
    private boolean isPlaced;

    /// Of the block whose records are being compared; empty if none is.
    private List<Leaf> leaves = List.of();

    private int at;

    /// @param consumer sees committed records only, and says so when an offset is out of range
    /// @param next the index to begin at, a multiple of [Block#WIDTH]
    /// @param ticker nanoseconds that only grow
    TargetCheck(
            Target target,
            long next,
            Consumer<byte[], byte[]> consumer,
            SignedHistory history,
            Findings findings,
            LongSupplier ticker) {
        this.target = target;
        this.next = next;
        this.consumer = consumer;
        this.history = history;
        this.findings = findings;
        this.ticker = ticker;
    }

    /// The index of the first entry that is not done with.
    long next() {
        return next;
    }

    boolean isDone() {
        return next >= target.size();
    }

    /// Does a part of the work, within a second or so.
    ///
    /// @return how many bytes it took
    long step() throws IOException {
        spent = 0;
        if (leaves.isEmpty()) {
            load();
        } else {
            compare();
        }
        return spent;
    }

    private void load() throws IOException {
        var block = Block.read(target, next);
        int width = Block.width(target, next);
        spent += (long) width * BYTES_A_RECORD;
        var head = target.head();
        if (block == null) {
            findings.found(damaged(head));
            next += width;
            isPlaced = false;
        } else if (head == null || !target.hasRecords()) {
            next += width;
        } else {
            begin(head, block.entries().stream().map(Leaf::decode).toList());
        }
    }

    private void begin(PartitionHead head, List<Leaf> loaded) {
        var partition = partition(head);
        long logStart = logStart(partition);
        if (loaded.getLast().offset() < logStart) {
            next += loaded.size();
            isPlaced = false;
            return;
        }
        leaves = loaded;
        at = 0;
        isSilent = false;
        if (!isPlaced) {
            pending.clear();
            consumer.assign(List.of(partition));
            consumer.seek(partition, Math.max(logStart, loaded.getFirst().offset()));
            isPlaced = true;
        }
    }

    private void compare() {
        var head = Objects.requireNonNull(target.head());
        var partition = partition(head);
        long last = leaves.getLast().offset();
        if (pending.isEmpty() && consumer.position(partition) <= last) {
            poll(head, partition);
        }
        while (!pending.isEmpty() && pending.getFirst().offset() <= last) {
            match(head, pending.removeFirst());
        }
        if (!pending.isEmpty() || consumer.position(partition) > last) {
            finish(partition);
        }
    }

    private void poll(PartitionHead head, TopicPartition partition) {
        try {
            var records = consumer.poll(POLL).records(partition);
            pending.addAll(records);
            records.forEach(record -> spent += bytes(record));
            requireHeard(!records.isEmpty(), partition);
        } catch (KafkaException broken) {
            if (!isUnreadable(broken)) {
                throw broken;
            }
            passOver(head, partition);
        }
    }

    /// Kafka gives out nothing there, however often it is asked.
    private void passOver(PartitionHead head, TopicPartition partition) {
        long stuck = consumer.position(partition);
        while (at < leaves.size() && leaves.get(at).offset() < stuck) {
            unmatched.add(leaves.get(at++));
        }
        spent += BYTES_A_RECORD;
        if (at == leaves.size()) {
            consumer.seek(partition, Math.max(stuck, leaves.getLast().offset() + 1));
            return;
        }
        var leaf = leaves.get(at++);
        findings.found(
                difference(head, leaf.offset(), Difference.Kind.UNREADABLE, leaf.content(), null));
        consumer.seek(partition, leaf.offset() + 1);
    }

    /// A wrong checksum comes as nothing more telling than this.
    private static boolean isUnreadable(KafkaException broken) {
        return broken.getClass() == KafkaException.class
                || broken instanceof CorruptRecordException;
    }

    private void match(PartitionHead head, ConsumerRecord<byte[], byte[]> record) {
        while (at < leaves.size() && leaves.get(at).offset() < record.offset()) {
            unmatched.add(leaves.get(at++));
        }
        var found = history.leaf(head, record);
        var signed = at < leaves.size() ? leaves.get(at) : null;
        if (signed == null || signed.offset() != record.offset()) {
            findings.found(
                    difference(
                            head, record.offset(), Difference.Kind.ADDED, null, found.content()));
            return;
        }
        at++;
        if (!signed.equals(found)) {
            findings.found(
                    difference(
                            head,
                            record.offset(),
                            Difference.Kind.CHANGED,
                            signed.content(),
                            found.content()));
        }
    }

    private void finish(TopicPartition partition) {
        unmatched.addAll(leaves.subList(at, leaves.size()));
        if (!unmatched.isEmpty()) {
            long logStart = logStart(partition); // retention may have come by
            var head = Objects.requireNonNull(target.head());
            for (var leaf : unmatched) {
                if (leaf.offset() >= logStart) {
                    findings.found(
                            difference(
                                    head,
                                    leaf.offset(),
                                    Difference.Kind.MISSING,
                                    leaf.content(),
                                    null));
                }
            }
        }
        next += leaves.size();
        unmatched.clear();
        leaves = List.of();
    }

    /// A log that ends before its tree is for the fold to judge, which begins a new epoch if it
    /// stays so.
    private void requireHeard(boolean isHeard, TopicPartition partition) {
        // From the first look in vain on: between looks, the budget may have been waited for.
        long now = ticker.getAsLong();
        if (isHeard) {
            isSilent = false;
        } else if (!isSilent) {
            isSilent = true;
            silentSince = now;
        } else if (now - silentSince > LONGEST_SILENCE.toNanos()) {
            throw new TimeoutException("no records of " + partition + " to compare with");
        }
    }

    private Difference damaged(@Nullable PartitionHead head) throws IOException {
        if (head == null) {
            return new Difference(null, 0, next, Difference.Kind.TREE, null, null);
        }
        return difference(head, firstOffset(head), Difference.Kind.TREE, null, null);
    }

    /// Where the record with the next index stands, or where it does at the earliest.
    private long firstOffset(PartitionHead head) throws IOException {
        if (next == 0) {
            return head.firstOffset();
        }
        try {
            return Leaf.decode(target.tree().entry(next - 1)).offset() + 1;
        } catch (TreeDamaged | IllegalArgumentException _) {
            return head.firstOffset() + next;
        }
    }

    private long logStart(TopicPartition partition) {
        return consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
    }

    private static TopicPartition partition(PartitionHead head) {
        return new TopicPartition(head.topic(), head.partition());
    }

    private static Difference difference(
            PartitionHead head,
            long offset,
            Difference.Kind kind,
            @Nullable Hash expected,
            @Nullable Hash found) {
        return new Difference(
                head.topic(), head.partition(), offset, kind, digest(expected), digest(found));
    }

    private static @Nullable Digest digest(@Nullable Hash hash) {
        return hash == null ? null : new Digest(HexFormat.of().formatHex(hash.toArray()));
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
