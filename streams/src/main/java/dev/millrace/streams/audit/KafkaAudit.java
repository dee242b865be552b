package dev.millrace.streams.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.domain.audit.Audit;
import dev.millrace.domain.audit.AuditTree;
import dev.millrace.domain.audit.AuditTree.OfPartition;
import dev.millrace.domain.audit.AuditUnavailable;
import dev.millrace.domain.audit.Leaf;
import dev.millrace.domain.audit.LeafSearch;
import dev.millrace.domain.audit.PartitionHead;
import dev.millrace.domain.audit.Recovery;
import dev.millrace.domain.audit.ScrubStatus;
import dev.millrace.domain.audit.bundle.Bundler.Selected;
import dev.millrace.domain.audit.bundle.Bundler.Selection;
import dev.millrace.domain.audit.bundle.Shown;
import dev.millrace.domain.audit.bundle.Snapshot;
import dev.millrace.domain.audit.tree.ConsistencyProof;
import dev.millrace.domain.event.Bytes;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.Position;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.topic.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Shows the history from its files, and the records themselves from the log, as they are there
/// now: of one that is no longer what was signed, whoever checks the bundle finds that.
///
/// One bundle is made at a time; whoever asks meanwhile is told so.
final class KafkaAudit implements Audit {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaAudit.class);
    private static final Set<String> OF_TASKS =
            Set.of(Topics.TASK_EVENTS.name(), Topics.RESULTS.name());

    private final AuditStore store;
    private final Keys keys;
    private final Supplier<List<AuditedPartition>> live;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Supplier<ScrubStatus> scrub;
    private final People people;
    private final LongSupplier ticker;
    private final Semaphore turn = new Semaphore(1);

    /// @param live the partitions that the log has
    /// @param consumers makes consumers that see committed records only
    /// @param ticker nanoseconds that only grow
    KafkaAudit(
            AuditStore store,
            Keys keys,
            Supplier<List<AuditedPartition>> live,
            Supplier<Consumer<byte[], byte[]>> consumers,
            Supplier<ScrubStatus> scrub,
            People people,
            LongSupplier ticker) {
        this.store = store;
        this.keys = keys;
        this.live = live;
        this.consumers = consumers;
        this.scrub = scrub;
        this.people = people;
        this.ticker = ticker;
    }

    @Override
    public Keys keys() {
        return keys;
    }

    @Override
    public List<Signed> checkpoints(long below, int limit) throws IOException {
        var found = new ArrayList<Signed>();
        long newest = store.latestNumber();
        for (long number = Math.min(newest, below - 2);
                number >= 0 && found.size() < limit;
                number--) {
            if (AuditStore.isKept(number, newest)) {
                var note = store.checkpoint(number);
                if (note != null) {
                    found.add(new Signed(note, store.state(number)));
                }
            }
        }
        return found;
    }

    @Override
    public Included inclusion(OfPartition tree, long offset, @Nullable Long size)
            throws IOException, AuditUnavailable {
        return new StoredProofs(store, newest()).inclusion(known(tree), offset, size);
    }

    @Override
    public ConsistencyProof consistency(AuditTree tree, long from, long to)
            throws IOException, AuditUnavailable {
        var partition = tree instanceof OfPartition of ? known(of) : null;
        return new StoredProofs(store, newest()).consistency(tree, partition, from, to);
    }

    @Override
    public ScrubStatus scrub() {
        return scrub.get();
    }

    @Override
    public Evidence bundle(Scope scope, @Nullable Long since) throws IOException, AuditUnavailable {
        if (!turn.tryAcquire()) {
            throw new AuditUnavailable("another bundle is being made; ask again soon");
        }
        try (var consumer = new Closing(consumers.get())) {
            var now = newest();
            var scan = new RecordScan(consumer.consumer, ticker);
            var selections = new ArrayList<Selection>();
            var recoveries = new ArrayList<Recovery>();
            requireKnown(scope);
            var looked = Position.START;
            for (var head : now.heads().heads()) {
                if (scope instanceof Scope.OfPerson person) {
                    var found = ofPerson(person, head, scan);
                    selections.add(new Selection(head, found.records()));
                    looked = looked.join(found.looked());
                } else {
                    selections.add(new Selection(head, selected(scope, head, scan)));
                }
                recoveries.addAll(store.recoveries(AuditedPartition.of(head)));
            }
            if (scope instanceof Scope.OfTask(TaskId task)
                    && selections.stream().allMatch(each -> each.records().isEmpty())) {
                throw new InvalidQuery(
                        "task: %s has no record in the newest checkpoint (expected: one that has; what"
                                        .formatted(task)
                                + " is written now is there in some seconds)");
            }
            var bundle = store.bundler().bundle(now, before(now, since), recoveries, selections);
            return new Evidence(Bytes.copyOf(bundle.encode()), scan.isFull() ? looked : null);
        } catch (KafkaException silent) {
            throw new AuditUnavailable(
                    "the brokers, or the registry, do not answer; ask again soon");
        } finally {
            turn.release();
        }
    }

    private Snapshot newest() throws IOException, AuditUnavailable {
        var newest = store.snapshot(store.latestNumber());
        if (newest == null || live.get().isEmpty()) {
            throw new AuditUnavailable(
                    "nothing is signed just now; ask again soon, or see what `audit` in /health says");
        }
        return newest;
    }

    /// @param since the size of a checkpoint; null for the oldest
    private @Nullable Snapshot before(Snapshot now, @Nullable Long since) throws IOException {
        long newest = now.state().number();
        if (since == null) {
            return newest == 0 ? null : store.snapshot(0);
        }
        for (long number = Math.min(since - 1, newest - 1); number >= 0; number--) {
            var before = AuditStore.isKept(number, newest) ? store.snapshot(number) : null;
            if (before != null) {
                return before;
            }
        }
        return null;
    }

    private void requireKnown(Scope scope) {
        if (scope instanceof Scope.OfRange(String topic, int partition, long from, long to)) {
            var _ = known(new OfPartition(topic, partition));
            if (from < 0 || to < from) {
                throw new InvalidQuery(
                        "from, to: %d, %d (expected: offsets, the second no lower)"
                                .formatted(from, to));
            }
        }
    }

    /// @throws InvalidQuery if there is none
    private AuditedPartition known(OfPartition tree) {
        return live.get().stream()
                .filter(each ->
                        each.topic().equals(tree.topic()) && each.partition() == tree.partition())
                .findAny()
                .orElseThrow(() ->
                        new InvalidQuery(
                                "topic, partition: %s (expected: a partition of %s)"
                                        .formatted(tree, String.join(", ", AuditSession.TOPICS))));
    }

    private List<Selected> selected(Scope scope, PartitionHead head, RecordScan scan)
            throws IOException {
        var partition = AuditedPartition.of(head);
        if (!live.get().contains(partition) || head.size() == 0) {
            return List.of();
        }
        return switch (scope) {
            case Scope.OfPerson person -> ofPerson(person, head, scan).records();
            case Scope.OfTask(TaskId task) -> ofTask(task, head, partition, scan);
            case Scope.OfRange(String topic, int number, long from, long to) ->
                    topic.equals(head.topic()) && number == head.partition()
                            ? range(head, partition, from, to, scan)
                            : List.of();
            case Scope.OfTime(var from, var to) ->
                    range(
                            head,
                            partition,
                            scan.offsetAt(
                                    partition.inKafka(), from.toEpochMilli(), head.endOffset()),
                            scan.offsetAt(partition.inKafka(), to.toEpochMilli(), head.endOffset()),
                            scan);
        };
    }

    /// What was found of a person in one partition.
    ///
    /// @param looked the last record of it that was looked at
    private record Found(List<Selected> records, Position looked) {}

    /// Those behind the ones that earlier bundles have, as many as fit.
    private Found ofPerson(Scope.OfPerson person, PartitionHead head, RecordScan scan)
            throws IOException {
        var partition = AuditedPartition.of(head);
        long after = person.after().offset(head.topic(), head.partition());
        if (!live.get().contains(partition) || head.size() == 0 || scan.isFull()) {
            return new Found(List.of(), looked(head, after));
        }
        var inKafka = partition.inKafka();
        long from = scan.offsetAt(inKafka, person.from().toEpochMilli(), head.endOffset());
        long to = scan.offsetAt(inKafka, person.to().toEpochMilli(), head.endOffset());
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        long next =
                scan.readWhatFits(
                        inKafka,
                        Math.max(Math.max(from, after + 1), head.firstOffset()),
                        Math.min(to, head.endOffset()),
                        record -> people.isOf(person, record),
                        records);
        var leaves = new LeafSearch(store.treeReader(head), head.size());
        var selected = new ArrayList<Selected>();
        for (var record : records) {
            long index = leaves.indexFrom(record.offset());
            if (hasLeaf(leaves, index, head, partition, record)) {
                selected.add(new Selected(index, Leaves.whole(record)));
            }
        }
        return new Found(selected, looked(head, Math.max(after, next - 1)));
    }

    private static Position looked(PartitionHead head, long offset) {
        return offset < 0 ? Position.START : Position.at(head.topic(), head.partition(), offset);
    }

    private List<Selected> ofTask(
            TaskId task, PartitionHead head, AuditedPartition partition, RecordScan scan)
            throws IOException {
        if (!OF_TASKS.contains(head.topic()) || !isHome(task, partition)) {
            return List.of();
        }
        var key = task.toString().getBytes(UTF_8);
        var leaves = new LeafSearch(store.treeReader(head), head.size());
        long from = scan.offsetAt(partition.inKafka(), born(task), head.endOffset());
        var selected = new ArrayList<Selected>();
        for (var record :
                scan.read(
                        partition.inKafka(),
                        Math.max(from, head.firstOffset()),
                        head.endOffset(),
                        record -> Arrays.equals(key, record.key()))) {
            long index = leaves.indexFrom(record.offset());
            if (hasLeaf(leaves, index, head, partition, record)) {
                selected.add(new Selected(index, Leaves.whole(record)));
            }
        }
        return selected;
    }

    /// When the task's first record can have been written at the earliest: an id of version 7
    /// begins with the time at which it was made, by a clock that may be an hour off.
    private static long born(TaskId task) {
        return task.value().version() == 7
                ? Math.max(0, (task.value().getMostSignificantBits() >>> 16) - 3_600_000)
                : 0;
    }

    private boolean isHome(TaskId task, AuditedPartition partition) {
        int count =
                (int)
                        live.get().stream()
                                .filter(each -> each.topicId().equals(partition.topicId()))
                                .count();
        Topic<?> topic = Topics.byName(partition.topic());
        return topic != null && topic.partition(task.toString(), count) == partition.partition();
    }

    /// All records of a range, those that the log no longer has by place alone.
    private List<Selected> range(
            PartitionHead head, AuditedPartition partition, long from, long to, RecordScan scan)
            throws IOException {
        var leaves = new LeafSearch(store.treeReader(head), head.size());
        long first = leaves.indexFrom(from);
        long behind = leaves.indexFrom(Math.min(to, head.endOffset()));
        if (first >= behind) {
            return List.of();
        }
        var inLog = new HashMap<Long, ConsumerRecord<byte[], byte[]>>();
        for (var record :
                scan.read(
                        partition.inKafka(),
                        leaves.at(first).offset(),
                        leaves.at(behind - 1).offset() + 1,
                        _ -> true)) {
            inLog.put(record.offset(), record);
        }
        scan.count(behind - first - inLog.size());
        var selected = new ArrayList<Selected>();
        for (long index = first; index < behind; index++) {
            var leaf = leaves.at(index);
            var record = inLog.get(leaf.offset());
            if (record != null) {
                var _ = hasLeaf(leaves, index, head, partition, record); // found by its leaf
            }
            selected.add(new Selected(index, shown(leaf, record)));
        }
        return selected;
    }

    private static Shown shown(Leaf leaf, @Nullable ConsumerRecord<byte[], byte[]> record) {
        return record == null
                ? new Shown.Place(leaf.offset(), leaf.timestamp(), leaf.content())
                : Leaves.whole(record);
    }

    /// Whether a record has a place in a bundle. One that is another than was signed has: the
    /// bundle proves nothing then, and names it. One that nothing was signed of has none, and is
    /// left out, so that it cannot keep the others from being proved; the scrub tells of it.
    private static boolean hasLeaf(
            LeafSearch leaves,
            long index,
            PartitionHead head,
            AuditedPartition partition,
            ConsumerRecord<byte[], byte[]> record)
            throws IOException {
        var leaf = index < head.size() ? leaves.at(index) : null;
        if (leaf == null || leaf.offset() != record.offset()) {
            LOG.atError()
                    .setMessage("No record was signed where the log has one")
                    .addKeyValue("record", partition.name() + "@" + record.offset())
                    .log();
            return false;
        }
        if (!leaf.equals(Leaves.of(partition, record))) {
            LOG.atError()
                    .setMessage("A record is not the one whose digest was signed")
                    .addKeyValue("record", partition.name() + "@" + record.offset())
                    .log();
        }
        return true;
    }

    /// Closes a consumer at once: it has nothing to leave.
    private record Closing(Consumer<byte[], byte[]> consumer) implements AutoCloseable {
        @Override
        public void close() {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        }
    }
}
