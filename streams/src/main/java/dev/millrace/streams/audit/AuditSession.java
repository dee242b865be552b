package dev.millrace.streams.audit;

import dev.millrace.domain.audit.tree.TreeDamaged;
import dev.millrace.schemas.client.SessionLoop;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// One go at folding the log: opens the trees, holds their ends to the log, reads on where they
/// end, and signs what came.
///
/// It belongs to no group and commits nothing in Kafka; what breaks it is mended by another, which
/// opens the trees where they were last durable. Confined to the loop's thread, but for [#wakeUp].
final class AuditSession implements SessionLoop.Session {

    /// The topics whose records are leaves.
    static final List<String> TOPICS =
            Topics.events().stream().filter(Topic::audited).map(Topic::name).toList();

    /// A log may seem short while its broker starts; so many sessions, a second apart, have to find
    /// it so before it is believed.
    static final int PATIENCE = 10;

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final Consumer<byte[], byte[]> consumer;
    private final TopicIds topics;
    private final History history;
    private final AuditSettings settings;
    private final LongSupplier ticker;
    private final AuditMeters meters;
    private final Shared shared;
    private final Map<TopicPartition, PartitionTree> trees = new LinkedHashMap<>();
    private @Nullable SiteHistory opened;
    private int unsigned;
    private long oldest = Long.MAX_VALUE;
    private long lastSigned;

    /// @param consumer taken over; sees committed records only, and says so when an offset is out
    ///   of range
    /// @param ticker nanoseconds that only grow
    AuditSession(
            Consumer<byte[], byte[]> consumer,
            TopicIds topics,
            History history,
            AuditSettings settings,
            LongSupplier ticker,
            AuditMeters meters,
            Shared shared) {
        this.consumer = consumer;
        this.topics = topics;
        this.history = history;
        this.settings = settings;
        this.ticker = ticker;
        this.meters = meters;
        this.shared = shared;
    }

    /// Opens the history that the session goes on with.
    @FunctionalInterface
    interface History {
        SiteHistory open() throws IOException;
    }

    /// What outlives a session.
    static final class Shared {
        private volatile List<AuditedPartition> live = List.of();
        private int shortLogs;

        /// The partitions that are being read; empty before the first session is open.
        List<AuditedPartition> live() {
            return live;
        }
    }

    @Override
    public void open() {
        onDisk(() -> {
            var now = history.open();
            var live = topics.partitionsOf(TOPICS);
            for (var partition : live) {
                trees.put(partition.inKafka(), caughtUp(partition, now));
            }
            now.checkpoint();
            opened = now;
            consumer.assign(trees.keySet());
            trees.forEach((partition, tree) -> consumer.seek(partition, tree.next()));
            shared.live = live;
            shared.shortLogs = 0;
            lastSigned = ticker.getAsLong();
        });
    }

    @Override
    public void wakeUp() {
        consumer.wakeup();
    }

    @Override
    public void step() {
        var batch = consumer.poll(POLL);
        onDisk(() -> {
            for (var partition : batch.partitions()) {
                var tree = Objects.requireNonNull(trees.get(partition));
                for (var record : batch.records(partition)) {
                    tree.append(Leaves.of(tree.partition(), record));
                    oldest = Math.min(oldest, record.timestamp());
                }
            }
            unsigned += batch.count();
            boolean isDue = ticker.getAsLong() - lastSigned >= settings.every().toNanos();
            if (unsigned > 0 && (isDue || unsigned >= AuditSettings.MOST_RECORDS)) {
                long began = ticker.getAsLong();
                Objects.requireNonNull(opened, "open before step").checkpoint();
                lastSigned = ticker.getAsLong();
                meters.signed(lastSigned - began, oldest);
                unsigned = 0;
                oldest = Long.MAX_VALUE;
            }
        });
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
    }

    /// The tree of a partition, whose records are all those that the log has or had up to where it
    /// is read on.
    private PartitionTree caughtUp(AuditedPartition partition, SiteHistory now) throws IOException {
        var inKafka = partition.inKafka();
        consumer.assign(List.of(inKafka));
        long logStart = consumer.beginningOffsets(List.of(inKafka)).getOrDefault(inKafka, 0L);
        long logEnd = consumer.endOffsets(List.of(inKafka)).getOrDefault(inKafka, 0L);
        var tree = now.open(partition, logStart);
        var signed = now.damaged(partition);
        if (signed != null) {
            new LogComparison(consumer, tree, logStart, logEnd).rebuild(signed.size());
            now.rebuilt(tree, signed);
        }
        if (logEnd < tree.next() && ++shared.shortLogs <= PATIENCE) {
            throw new KafkaException(
                    "%s ends at %d, and its tree at %d; looking again"
                            .formatted(partition.name(), logEnd, tree.next()));
        }
        long kept = new LogComparison(consumer, tree, logStart, logEnd).shared();
        if (kept < tree.size()) {
            return now.recover(
                    tree,
                    kept,
                    Math.max(logStart, tree.endOf(kept)),
                    "the log no longer has the %d records from index %d on as they were read; it has offsets %d to %d"
                            .formatted(tree.size() - kept, kept, logStart, logEnd));
        }
        if (logStart > tree.next()) {
            return now.recover(
                    tree,
                    tree.size(),
                    logStart,
                    "offsets %d to %d were deleted before they were read; if there were records, they are not in the tree"
                            .formatted(tree.next(), logStart - 1));
        }
        if (logEnd < tree.next()) {
            return now.recover(
                    tree,
                    tree.size(),
                    logEnd,
                    "the log lost its offsets from %d on, none of which a record in the tree had"
                            .formatted(logEnd));
        }
        return tree;
    }

    /// A full disk may be emptied, so another session tries; a tree that is no longer what was
    /// written stays so.
    private static void onDisk(DiskWork work) {
        try {
            work.run();
        } catch (TreeDamaged damaged) {
            throw new IllegalStateException(
                    "the history cannot go on: %s; docs/audit.md says how to begin a new one"
                            .formatted(damaged.getMessage()),
                    damaged);
        } catch (IOException refused) {
            throw new KafkaException("the history cannot be written: " + refused, refused);
        }
    }

    /// Something that may fail for the disk's sake.
    private interface DiskWork {
        void run() throws IOException;
    }
}
