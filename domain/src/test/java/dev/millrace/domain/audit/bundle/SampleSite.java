package dev.millrace.domain.audit.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.domain.audit.Checkpoint;
import dev.millrace.domain.audit.Leaf;
import dev.millrace.domain.audit.PartitionHead;
import dev.millrace.domain.audit.PartitionHeads;
import dev.millrace.domain.audit.RecordContent;
import dev.millrace.domain.audit.RecordContent.Header;
import dev.millrace.domain.audit.Recovery;
import dev.millrace.domain.audit.SiteState;
import dev.millrace.domain.audit.bundle.Bundler.Selected;
import dev.millrace.domain.audit.bundle.Bundler.Selection;
import dev.millrace.domain.audit.note.Keys;
import dev.millrace.domain.audit.note.OperatorKey;
import dev.millrace.domain.audit.note.TrustedKeys;
import dev.millrace.domain.audit.note.WitnessKey;
import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.audit.tree.MapTiles;
import dev.millrace.domain.audit.tree.TileReader;
import dev.millrace.domain.audit.tree.TileStore;
import dev.millrace.domain.audit.tree.TileWriter;
import dev.millrace.domain.audit.tree.TileWriter.Partials;
import dev.millrace.domain.event.Bytes;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A site with its trees in memory, whose operator does as it is told, right or wrong. Every third
/// offset is one that no record has, as transactions leave them.
final class SampleSite {

    static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");
    static final OperatorKey OPERATOR = new OperatorKey("mill.example/history", Keys.of(1));
    static final WitnessKey ONE = new WitnessKey("witness.example/1", Keys.of(2));
    static final WitnessKey TWO = new WitnessKey("witness.example/2", Keys.of(3));
    static final TrustedKeys TRUSTED = trusted(2);

    final List<Recovery> recoveries = new ArrayList<>();

    private final Map<String, Partition> partitions = new TreeMap<>();
    private final Function<String, TileStore> stores;
    private final TileStore logTiles;
    private final TileWriter log;

    SampleSite() throws IOException {
        this(_ -> new MapTiles());
    }

    /// @param stores where trees are kept, by a name of each
    SampleSite(Function<String, TileStore> stores) throws IOException {
        this.stores = stores;
        logTiles = stores.apply("log");
        log = TileWriter.open(logTiles, Partials.ALL);
    }

    static TrustedKeys trusted(int quorum) {
        return new TrustedKeys(
                List.of(OPERATOR.shown()), List.of(ONE.shown(), TWO.shown()), quorum);
    }

    /// Appends records, after those that are there.
    void append(String topic, int partition, int count) throws IOException {
        partition(topic, partition).append(count, "");
    }

    /// The operator loses what comes after the first `kept` records, and says so.
    Recovery recover(String topic, int partition, int kept) throws IOException {
        var recovery = partition(topic, partition).recover(kept);
        recoveries.add(recovery);
        return recovery;
    }

    /// The operator writes the records of a partition anew, from one index on, and says nothing.
    void rewrite(String topic, int partition, int from) throws IOException {
        partition(topic, partition).rewrite(from);
    }

    void remove(String topic, int partition) {
        partitions.remove(topic + "-" + partition);
    }

    PartitionHead head(String topic, int partition) throws IOException {
        return partition(topic, partition).head();
    }

    /// A checkpoint, signed by the operator and both witnesses.
    Snapshot checkpoint() throws IOException {
        return checkpoint(heads());
    }

    Snapshot checkpoint(PartitionHeads heads) throws IOException {
        var state = SiteState.of(log.size(), NOON.toEpochMilli() + log.size(), heads);
        log.append(state.encode());
        var text = Checkpoint.of(OPERATOR.shown().name(), log.commit()).text();
        var note =
                OPERATOR.sign(text)
                        .with(ONE.countersign(text, NOON))
                        .with(TWO.countersign(text, NOON.plusSeconds(1)));
        return new Snapshot(note, state, heads);
    }

    PartitionHeads heads() throws IOException {
        var heads = new ArrayList<PartitionHead>();
        for (var partition : partitions.values()) {
            heads.add(partition.head());
        }
        return new PartitionHeads(heads);
    }

    /// Everything of these records: index by index of one partition.
    Selection whole(Snapshot now, String topic, int partition, long... indexes) {
        var records = new ArrayList<Selected>();
        for (long index : indexes) {
            records.add(new Selected(index, record(topic, partition, (int) index)));
        }
        return new Selection(headIn(now, topic, partition), records);
    }

    Shown.Whole record(String topic, int partition, int index) {
        return known(topic, partition).records.get(index);
    }

    Bundle bundle(Snapshot now, @Nullable Snapshot before, Selection... selections)
            throws IOException {
        return new Bundler(new TileReader(logTiles, 64), this::tree)
                .bundle(now, before, recoveries, List.of(selections));
    }

    /// Every partition and no record: what witnesses are offered.
    Bundle offer(Snapshot now, @Nullable Snapshot before) throws IOException {
        return bundle(
                now,
                before,
                now.heads().heads().stream()
                        .map(head -> new Selection(head, List.of()))
                        .toArray(Selection[]::new));
    }

    TileReader tree(PartitionHead head) throws IOException {
        var tiles = known(head.topic(), head.partition()).epochs.get(head.epoch());
        return new TileReader(tiles, 64);
    }

    TileReader log() throws IOException {
        return new TileReader(logTiles, 64);
    }

    static PartitionHead headIn(Snapshot now, String topic, int partition) {
        return now.heads().heads().stream()
                .filter(head -> head.name().equals(topic + "-" + partition))
                .findAny()
                .orElseThrow();
    }

    private Partition known(String topic, int partition) {
        return Objects.requireNonNull(partitions.get(topic + "-" + partition));
    }

    private Partition partition(String topic, int partition) throws IOException {
        var name = topic + "-" + partition;
        var known = partitions.get(name);
        if (known == null) {
            known = new Partition(topic, partition, stores);
            partitions.put(name, known);
        }
        return known;
    }

    /// One partition with its trees, one for each epoch.
    private static final class Partition {

        private static final long FIRST_OFFSET = 5;

        final List<TileStore> epochs = new ArrayList<>();
        final List<Shown.Whole> records = new ArrayList<>();

        private final Function<String, TileStore> stores;
        private final String topic;
        private final UUID topicId;
        private final int number;
        private TileWriter tree;
        private Hash recovery = Hash.NONE;

        Partition(String topic, int number, Function<String, TileStore> stores) throws IOException {
            this.stores = stores;
            this.topic = topic;
            this.topicId = UUID.nameUUIDFromBytes(topic.getBytes(UTF_8));
            this.number = number;
            this.tree = nextTree();
        }

        void append(int count, String note) throws IOException {
            for (int i = 0; i < count; i++) {
                int index = records.size();
                long offset = FIRST_OFFSET + index + index / 2;
                var record =
                        new Shown.Whole(
                                offset,
                                NOON.toEpochMilli() + index,
                                new RecordContent(
                                        index % 5 == 4 ? null : bytes("task-" + index % 3),
                                        index % 7 == 6 ? null : bytes("value " + index + note),
                                        List.of(
                                                new Header("ce_id", bytes("id-" + index)),
                                                new Header("empty", null))));
                records.add(record);
                appendToTree(record);
            }
            tree.commit();
        }

        Recovery recover(int kept) throws IOException {
            var former = head();
            var keptRoot = new TileReader(epochs.getLast(), 64).root(kept);
            var recovered =
                    new Recovery(former, kept, keptRoot, NOON.toEpochMilli(), "the disk broke");
            recovery = recovered.digest();
            tree = nextTree();
            restart(kept);
            return recovered;
        }

        void rewrite(int from) throws IOException {
            int size = records.size();
            epochs.removeLast();
            tree = nextTree();
            restart(from);
            append(size - from, " rewritten");
        }

        PartitionHead head() {
            long end = FIRST_OFFSET + records.size() + records.size() / 2;
            return new PartitionHead(
                    topic,
                    topicId,
                    number,
                    epochs.size() - 1,
                    FIRST_OFFSET,
                    end,
                    tree.size(),
                    tree.root(),
                    recovery);
        }

        private TileWriter nextTree() throws IOException {
            epochs.add(stores.apply(topic + "-" + number + "/" + epochs.size()));
            return TileWriter.open(epochs.getLast(), Partials.NEWEST);
        }

        private void restart(int kept) throws IOException {
            records.subList(kept, records.size()).clear();
            for (var record : records) {
                appendToTree(record);
            }
            tree.commit();
        }

        private void appendToTree(Shown.Whole record) throws IOException {
            tree.append(
                    new Leaf(
                                    topicId,
                                    number,
                                    record.offset(),
                                    record.timestamp(),
                                    record.content().digest())
                            .encode());
        }

        private static Bytes bytes(String text) {
            return Bytes.copyOf(text.getBytes(UTF_8));
        }
    }
}
