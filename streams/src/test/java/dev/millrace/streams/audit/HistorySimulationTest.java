package dev.millrace.streams.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.audit.Audit.Scope;
import dev.millrace.domain.audit.Checkpoint;
import dev.millrace.domain.audit.PartitionHead;
import dev.millrace.domain.audit.bundle.BundleVerifier;
import dev.millrace.domain.audit.bundle.Verdict;
import dev.millrace.domain.audit.note.OperatorKey;
import dev.millrace.domain.audit.note.TrustedKeys;
import dev.millrace.domain.audit.note.WitnessKey;
import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.audit.tree.MemoryTree;
import dev.millrace.streams.audit.CrashingTiles.Lie;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/// A site that crashes between any two changes of its disk, whose broker loses the ends of its
/// logs, and somebody outside who keeps every checkpoint ever published.
///
/// Whatever happens: checkpoints of one size are one, the newest continues all of them, whoever
/// reads the log computes the roots that were signed, and nothing was lost that no recovery admits.
/// A broken disk, a lost record and a lost checkpoint are planted to see that this would be
/// noticed.
class HistorySimulationTest {

    private static final Class<Verdict.Proved> PROVED = Verdict.Proved.class;
    private static final int SEEDS = Integer.getInteger("seeds", 12);
    private static final int PLANTED = 4;
    private static final int STEPS = 30;
    private static final int MOST_ADDED = 300;
    private static final int MOST_CHANGES = 60;
    private static final int COMPARED = 4;
    private static final List<TopicPartition> BUSY =
            List.of(
                    new TopicPartition("millrace.task-events", 0),
                    new TopicPartition("millrace.results", 0));
    private static final OperatorKey OPERATOR = new OperatorKey("site.example/history", keyPair());
    private static final WitnessKey WITNESS = new WitnessKey("site.example/witness-1", keyPair());

    @Test
    void aHistoryNeverContradictsItself() {
        int crashes = 0;
        int recoveries = 0;
        for (int seed = 1; seed <= SEEDS; seed++) {
            var run = new Run(seed, Lie.NONE, false);
            run.go();
            crashes += run.crashes;
            recoveries += run.recoveries;
        }
        assertThat(crashes).isGreaterThan(SEEDS);
        assertThat(recoveries).isGreaterThan(SEEDS / 2);
    }

    @Test
    void aDiskThatLosesWhatWasSyncedIsNoticed() {
        assertThat(notices(Lie.SYNC, false)).isPositive();
    }

    @Test
    void aDiskThatPutsBackWhatWasReplacedIsNoticed() {
        assertThat(notices(Lie.REPLACE, false)).isPositive();
    }

    @Test
    void aRecordThatTheFoldMissesIsNoticed() {
        assertThat(notices(Lie.NONE, true)).isPositive();
    }

    /// How many of some runs end with a broken rule, or with a history that refuses to go on.
    private static int notices(Lie lie, boolean isForgetful) {
        int noticed = 0;
        for (int seed = 1; seed <= PLANTED; seed++) {
            try {
                new Run(seed, lie, isForgetful).go();
            } catch (AssertionError | IllegalStateException found) {
                noticed++;
            }
        }
        return noticed;
    }

    private static final class Run {

        private final int seed;
        private final Random random;
        private final boolean isForgetful;
        private final CrashingTiles disk;
        private final AuditStore store;
        private final AuditedLog log = new AuditedLog(1);
        private final AuditSession.Shared shared = new AuditSession.Shared();
        private final AuditKeys keys = new AuditKeys(OPERATOR, List.of(WITNESS));

        /// By their size.
        private final TreeMap<Long, String> published = new TreeMap<>();

        private final Map<TopicPartition, List<Hash>> deleted = new HashMap<>();
        private int added;
        private int crashes;
        private int recoveries;

        Run(int seed, Lie lie, boolean isForgetful) {
            this.seed = seed;
            this.random = new Random(seed * 7_919L);
            this.isForgetful = isForgetful;
            this.disk = new CrashingTiles(random, lie);
            this.store = new AuditStore(disk, new StoreBelow(disk, "keys/"));
        }

        void go() {
            try {
                for (int i = 0; i < STEPS; i++) {
                    step();
                    watch();
                }
                sign();
                watch();
                check();
            } catch (IllegalStateException refused) {
                throw refused;
            } catch (Exception failure) {
                throw new AssertionError("seed " + seed, failure);
            }
        }

        private void step() throws Exception {
            var partition = BUSY.get(random.nextInt(BUSY.size()));
            switch (random.nextInt(8)) {
                case 0, 1 -> fill(partition);
                case 2 -> {
                    sign();
                    check();
                }
                case 3, 4, 5 -> {
                    fill(partition);
                    disk.breakAfter(random.nextInt(MOST_CHANGES));
                    if (!isWhole()) {
                        crashes++;
                        watch();
                    }
                    disk.crash();
                }
                case 6 -> {
                    long end = log.end(partition);
                    log.loseFrom(partition, Math.max(firstOf(partition), end - random.nextInt(50)));
                    if (random.nextBoolean()) {
                        fill(partition);
                    }
                }
                default -> delete(partition);
            }
        }

        private void fill(TopicPartition partition) {
            for (int i = random.nextInt(MOST_ADDED); i >= 0; i--) {
                log.add(partition, new UUID(seed, added).toString(), "value " + added++);
            }
        }

        /// Retention comes by, and takes nothing that was not signed.
        private void delete(TopicPartition partition) throws Exception {
            var newest = store.snapshot(store.latestNumber());
            if (newest == null) {
                return;
            }
            for (var head : newest.heads().heads()) {
                boolean isWhole = head.endOffset() <= log.end(partition);
                if (AuditedPartition.of(head).inKafka().equals(partition)
                        && isWhole
                        && head.size() > 0
                        && isInLog(partition, head.root())) {
                    long to = firstOf(partition) + random.nextInt(20);
                    if (to < head.endOffset()) {
                        deleted.computeIfAbsent(partition, _ -> new ArrayList<>())
                                .addAll(leaves(partition, to));
                        log.deleteBefore(partition, to);
                    }
                }
            }
        }

        private boolean isInLog(TopicPartition partition, Hash root) throws Exception {
            for (var head : newestHeads()) {
                if (AuditedPartition.of(head).inKafka().equals(partition)) {
                    return root(partition, head.endOffset()).equals(root);
                }
            }
            return false;
        }

        private List<PartitionHead> newestHeads() throws Exception {
            var newest = store.snapshot(store.latestNumber());
            return newest == null ? List.of() : newest.heads().heads();
        }

        /// Somebody outside keeps what is published, and holds it against what was.
        private void watch() throws Exception {
            var latest = store.latest();
            if (latest == null) {
                assertThat(published).as("seed %d: all checkpoints are gone", seed).isEmpty();
                return;
            }
            var text = latest.text();
            long size = Checkpoint.parse(text).size();
            assertThat(size)
                    .as("seed %d: the newest is older than one before", seed)
                    .isGreaterThanOrEqualTo(published.isEmpty() ? 0 : published.lastKey());
            var same = published.putIfAbsent(size, text);
            assertThat(same == null ? text : same)
                    .as("seed %d: two checkpoints of size %d", seed, size)
                    .isEqualTo(text);
        }

        private void check() throws Exception {
            for (var head : newestHeads()) {
                assertThat(root(AuditedPartition.of(head).inKafka(), head.endOffset()))
                        .as("seed %d: the root of %s by the log", seed, head.name())
                        .isEqualTo(head.root());
            }
            var sizes = List.copyOf(published.keySet());
            for (int i = 0; i < COMPARED && !sizes.isEmpty(); i++) {
                continues(sizes.get(random.nextInt(sizes.size())));
            }
        }

        /// The newest checkpoint continues one that was seen.
        private void continues(long size) throws Exception {
            if (size == published.lastKey()) {
                return;
            }
            var bundle =
                    audit().bundle(new Scope.OfRange(BUSY.getFirst().topic(), 0, 0, 0), size)
                            .bundle()
                            .toArray();
            var trusted = new TrustedKeys(List.of(OPERATOR.shown()), List.of(WITNESS.shown()), 1);
            var verdict = new BundleVerifier(trusted).verify(bundle);
            assertThat(verdict).as("seed %d: since %d", seed, size).isInstanceOf(PROVED);
            var proved = (Verdict.Proved) verdict;
            var before = Objects.requireNonNull(proved.before());
            assertThat(new Checkpoint(proved.origin(), before.size(), before.root()).text())
                    .as("seed %d: the checkpoint of size %d", seed, size)
                    .isEqualTo(published.get(size));
            assertThat(proved.noneVanished()).as("seed %d: since %d", seed, size).isTrue();
        }

        private Hash root(TopicPartition partition, long end) {
            var all = new ArrayList<>(deleted.getOrDefault(partition, List.of()));
            all.addAll(leaves(partition, end));
            return new MemoryTree(all).root();
        }

        private List<Hash> leaves(TopicPartition partition, long end) {
            var of =
                    log.partitions().stream()
                            .filter(each -> each.inKafka().equals(partition))
                            .findFirst()
                            .orElseThrow();
            return log.records(partition).stream()
                    .filter(record -> record.offset() < end)
                    .map(record -> Leaves.of(of, record).hash())
                    .toList();
        }

        private long firstOf(TopicPartition partition) {
            return log.first(partition);
        }

        private boolean isWhole() {
            try {
                sign();
                return true;
            } catch (KafkaException broken) {
                assertThat(broken).hasMessageContaining("the disk broke");
                return false;
            }
        }

        private void sign() {
            for (int i = 0; i < AuditSession.PATIENCE; i++) {
                try {
                    signNow();
                    return;
                } catch (KafkaException notYet) {
                    if (!String.valueOf(notYet.getMessage()).contains("looking again")) {
                        throw notYet;
                    }
                }
            }
            signNow();
        }

        private void signNow() {
            var session =
                    new AuditSession(
                            consumer(),
                            _ -> log.partitions(),
                            () ->
                                    new SiteHistory(
                                            store,
                                            keys,
                                            InstantSource.fixed(
                                                    Instant.ofEpochMilli(AuditedLog.NOON))),
                            new AuditSettings(Duration.ZERO),
                            System::nanoTime,
                            new AuditMeters(new SimpleMeterRegistry(), InstantSource.system()),
                            shared);
            try {
                session.open();
                long longest = BUSY.stream().mapToLong(log::end).max().orElse(0);
                for (long read = 0; read <= longest; read += AuditedLog.MOST_POLLED) {
                    session.step();
                }
            } finally {
                session.close();
                recoveries = 0;
                for (var partition : log.partitions()) {
                    recoveries += recoveriesOf(partition);
                }
            }
        }

        private int recoveriesOf(AuditedPartition partition) {
            try {
                return store.recoveries(partition).size();
            } catch (IOException impossible) {
                throw new AssertionError(impossible);
            }
        }

        private Consumer<byte[], byte[]> consumer() {
            return isForgetful ? log.forgetfulConsumer(random) : log.consumer();
        }

        private KafkaAudit audit() {
            return new KafkaAudit(
                    store,
                    keys.shown(),
                    shared::live,
                    log::consumer,
                    () -> {
                        throw new AssertionError("nobody asks");
                    },
                    (_, _) -> false,
                    System::nanoTime);
        }
    }

    private static KeyPair keyPair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
