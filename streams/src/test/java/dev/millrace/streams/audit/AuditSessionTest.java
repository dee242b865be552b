package dev.millrace.streams.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.audit.Audit;
import dev.millrace.domain.audit.Audit.Scope;
import dev.millrace.domain.audit.AuditTree;
import dev.millrace.domain.audit.AuditTree.OfPartition;
import dev.millrace.domain.audit.Checkpoint;
import dev.millrace.domain.audit.LeafSearch;
import dev.millrace.domain.audit.bundle.BundleVerifier;
import dev.millrace.domain.audit.bundle.Shown;
import dev.millrace.domain.audit.bundle.Verdict;
import dev.millrace.domain.audit.bundle.Verdict.PartitionProved;
import dev.millrace.domain.audit.note.OperatorKey;
import dev.millrace.domain.audit.note.TrustedKeys;
import dev.millrace.domain.audit.note.WitnessKey;
import dev.millrace.domain.event.Bytes;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.view.InvalidQuery;
import dev.millrace.domain.view.Position;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AuditSessionTest {

    private static final TopicPartition EVENTS = new TopicPartition("millrace.task-events", 0);
    private static final TopicPartition RESULTS = new TopicPartition("millrace.results", 0);
    private static final TaskId TASK =
            new TaskId(UUID.fromString("00000000-0000-8000-8000-00000000000a"));
    private static final Scope WHOLE = new Scope.OfRange(EVENTS.topic(), 0, 0, Long.MAX_VALUE);
    private static final OfPartition TREE = new OfPartition(EVENTS.topic(), 0);
    private static final Instant NEVER = Instant.ofEpochMilli(Long.MAX_VALUE);
    private static final Instant NOON = Instant.ofEpochMilli(AuditedLog.NOON);

    private final OperatorKey operator = new OperatorKey("site.example/history", keyPair());
    private final List<WitnessKey> witnesses =
            List.of(
                    new WitnessKey("site.example/witness-1", keyPair()),
                    new WitnessKey("site.example/witness-2", keyPair()));
    private final AuditKeys keys = new AuditKeys(operator, witnesses);
    private final AuditedLog log = new AuditedLog(1);
    private final BreakingTiles disk = new BreakingTiles();
    private final AuditStore store = new AuditStore(disk, new StoreBelow(disk, "keys/"));
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AuditSession.Shared shared = new AuditSession.Shared();

    @Test
    void signsWhatCameAndProvesTheRecordsOfATask() throws Exception {
        fill(EVENTS, 20);
        log.add(RESULTS, TASK.toString(), "result");
        signAll();

        var proved = proved(bundle(new Scope.OfTask(TASK), null));

        assertThat(records(proved, EVENTS))
                .extracting(AuditSessionTest::value)
                .containsExactly("value 0", "value 4", "value 8", "value 12", "value 16");
        assertThat(records(proved, RESULTS))
                .extracting(AuditSessionTest::value)
                .containsExactly("result");
        assertThat(proved.hasAllPartitions()).isTrue();
        assertThat(proved.noneVanished()).isTrue();
        assertThat(proved.now().signers().witnessCount()).isEqualTo(2);
    }

    @Test
    void saysHowFarBehindSigningIs() throws Exception {
        fill(EVENTS, 3); // written at noon, a millisecond apart

        signAll();

        assertThat(meters.timer("millrace.audit.signing.age").max(TimeUnit.MILLISECONDS))
                .isEqualTo(7_000);
        assertThat(meters.timer("millrace.audit.checkpoint").count()).isEqualTo(1);
    }

    @Test
    void copyHeadersAreNoPartOfARecord() throws Exception {
        fill(EVENTS, 1);
        signAll();

        var record = (Shown.Whole) records(proved(bundle(WHOLE, null)), EVENTS).getFirst();

        assertThat(record.content().headers()).extracting("name").containsExactly("ce_id");
    }

    @Test
    void signsNothingWhereNothingCame() throws Exception {
        fill(EVENTS, 3);
        signAll();
        long newest = store.latestNumber();

        signAll();

        assertThat(store.latestNumber()).isEqualTo(newest);
    }

    @Test
    void goesOnWhereItsTreesEndAfterAnyCrash() throws Exception {
        int crashes = 0;
        for (long changes = 0; ; changes++) {
            int before = checkpoints().size();
            fill(EVENTS, 5);
            fill(RESULTS, 2);
            disk.breakAfter(changes);
            boolean isBroken = crashes();
            disk.mend();
            assertThat(checkpoints()).hasSizeGreaterThanOrEqualTo(before);

            signAll();

            requireAllProved();
            if (!isBroken) {
                break;
            }
            crashes++;
        }
        assertThat(crashes).isGreaterThan(10);
    }

    @Test
    void aLogThatWasLostOrPutBackSignsNoOtherHistory() throws Exception {
        fill(EVENTS, 5);
        signAll();
        var old = new HashMap<>(disk.files());
        fill(EVENTS, 5);
        signAll();
        var newest = checkpoints();

        var whole = new HashMap<>(disk.files());
        for (var path : List.copyOf(disk.files().keySet())) {
            if (path.startsWith("log/") && !path.equals("log/checkpoint")) {
                disk.files().remove(path);
            }
        }
        assertThatThrownBy(this::signAll).hasMessageContaining("not all that was signed");
        disk.files().keySet().removeIf(path -> path.equals("log/checkpoint"));
        assertThatThrownBy(this::signAll).hasMessageContaining("not all that was signed");
        for (var path : List.copyOf(whole.keySet())) {
            if (path.startsWith("log/")) {
                var before = old.get(path);
                if (before == null) {
                    disk.files().remove(path);
                } else {
                    disk.files().put(path, before);
                }
            }
        }
        assertThatThrownBy(this::signAll).hasMessageContaining("not all that was signed");

        disk.files().putAll(whole);
        assertThat(checkpoints()).isEqualTo(newest);
        fill(EVENTS, 1);
        signAll();
        requireAllProved();
    }

    @Test
    void aHistoryThatWasPutBackAsAWholeIsNoticedByItsWitnesses() throws Exception {
        fill(EVENTS, 5);
        signAll();
        var old = new HashMap<>(disk.files());
        fill(EVENTS, 5);
        signAll();
        disk.files().keySet().removeIf(path -> !path.startsWith("keys/"));
        old.forEach((path, content) -> {
            if (!path.startsWith("keys/")) {
                disk.files().put(path, content);
            }
        });

        assertThatThrownBy(this::signAll)
                .hasMessageContaining("not all that was signed: a witness saw more");
    }

    @Test
    void anotherKeyDoesNotGoOnWithAHistory() throws Exception {
        fill(EVENTS, 5);
        signAll();
        var other = new AuditKeys(new OperatorKey("site.example/history", keyPair()), witnesses);

        assertThatThrownBy(() -> new SiteHistory(store, other, InstantSource.fixed(NOON)))
                .hasMessageContaining("not signed with the key of now");
    }

    @Test
    void aTaskOfWhichNothingIsSignedHasNoEvidence() throws Exception {
        fill(EVENTS, 20);
        signAll();
        var other = new TaskId(new UUID(0x8000L, 0x8000_0000_0000_0001L));

        assertThatThrownBy(() -> bundle(new Scope.OfTask(other), null))
                .isInstanceOf(InvalidQuery.class)
                .hasMessageContaining("has no record in the newest checkpoint");
    }

    @Test
    void everyCheckpointThatWasSeenIsContinuedByTheNewest() throws Exception {
        var seen = new ArrayList<String>();
        for (int i = 0; i < 12; i++) {
            fill(EVENTS, 40);
            signAll();
            seen.add(Objects.requireNonNull(store.latest()).text());
        }

        for (var text : seen.subList(0, seen.size() - 1)) {
            long size = Checkpoint.parse(text).size();
            var proved = proved(bundle(WHOLE, size));
            assertThat(Objects.requireNonNull(proved.before()).size()).isEqualTo(size);
            assertThat(proved.noneVanished()).isTrue();
        }
    }

    @Test
    void recordsThatAreLostAreAdmittedAndTheRestStaysProved() throws Exception {
        fill(EVENTS, 50);
        signAll();
        long seen = size();
        log.loseFrom(EVENTS, 30);
        fill(EVENTS, 10);

        signAll();

        var events = events(proved(bundle(WHOLE, seen)));
        var growth = Objects.requireNonNull(events.growth());
        assertThat(events.head().epoch()).isEqualTo(1);
        assertThat(growth.recoveries()).hasSize(1);
        var recovery = growth.recoveries().getFirst();
        assertThat(recovery.former().size()).isEqualTo(50);
        assertThat(recovery.kept()).isEqualTo(20);
        assertThat(recovery.reason()).contains("30 records from index 20");
        assertThat(events.records()).hasSize(30);
        requireAllProved();
    }

    @Test
    void aLossIsFoundHoweverFarBackItBegins() throws Exception {
        fill(EVENTS, 3_000);
        signAll();
        log.loseFrom(EVENTS, 3);
        fill(EVENTS, 3_500);

        signAll();

        var recoveries = store.recoveries(log.partitions().get(indexOf(EVENTS)));
        assertThat(recoveries).hasSize(1);
        assertThat(recoveries.getFirst().kept()).isEqualTo(2);
        requireAllProved();
    }

    @Test
    void aLogThatSeemsShortIsLookedAtAgainBeforeItIsBelieved() throws Exception {
        fill(EVENTS, 10);
        signAll();
        log.loseFrom(EVENTS, 6);

        for (int i = 0; i < AuditSession.PATIENCE; i++) {
            assertThatThrownBy(this::sign).isInstanceOf(KafkaException.class);
        }
        sign();

        assertThat(store.recoveries(log.partitions().get(indexOf(EVENTS)))).hasSize(1);
    }

    @Test
    void whatRetentionDeletesIsNoLoss() throws Exception {
        fill(EVENTS, 20);
        signAll();
        log.deleteBefore(EVENTS, 9);
        fill(EVENTS, 4);

        signAll();

        var events = events(proved(bundle(WHOLE, 1L)));
        assertThat(events.head().epoch()).isZero();
        assertThat(events.records()).hasSize(24);
        assertThat(events.records().getFirst().shown()).isInstanceOf(Shown.Place.class);
        assertThat(events.records().getLast().shown()).isInstanceOf(Shown.Whole.class);
    }

    @Test
    void whatWasDeletedUnreadIsAdmittedOnce() throws Exception {
        fill(EVENTS, 5);
        signAll();
        long seen = size();
        fill(EVENTS, 10);
        log.deleteBefore(EVENTS, log.end(EVENTS));

        signAll();
        signAll();
        fill(EVENTS, 2);
        signAll();

        var events = events(proved(bundle(WHOLE, seen)));
        var recoveries = Objects.requireNonNull(events.growth()).recoveries();
        assertThat(recoveries).hasSize(1);
        assertThat(recoveries.getFirst().lost()).isZero();
        assertThat(events.head().size()).isEqualTo(7);
    }

    @Test
    void aDamagedTreeIsBuiltAnewFromTheLog() throws Exception {
        fill(EVENTS, 700);
        signAll();
        long seen = size();
        var tiles =
                disk.files().keySet().stream()
                        .filter(path -> path.startsWith("partitions/" + EVENTS.topic() + "/"))
                        .filter(path -> path.contains("/tile/"))
                        .toList();
        assertThat(tiles).hasSizeGreaterThan(4);
        tiles.forEach(disk.files()::remove);
        fill(EVENTS, 5);

        signAll();

        var events = events(proved(bundle(WHOLE, seen)));
        assertThat(events.head().epoch()).isZero();
        assertThat(events.records()).hasSize(705);
    }

    @Test
    void aDamagedTreeThatTheLogDoesNotHaveIsTheEnd() throws Exception {
        fill(EVENTS, 700);
        signAll();
        disk.files()
                .keySet()
                .removeIf(path -> path.contains(EVENTS.topic()) && path.endsWith("/head"));
        log.loseFrom(EVENTS, 900);
        fill(EVENTS, 300, "forged");

        assertThatThrownBy(this::signAll)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the log no longer has the 700 records that were signed");
    }

    @Test
    void aTopicThatIsMadeAgainHasTreesOfItsOwn() throws Exception {
        fill(EVENTS, 5);
        signAll();
        long seen = size();
        log.makeAgain(EVENTS.topic());
        fill(EVENTS, 2);

        signAll();

        var proved = proved(bundle(WHOLE, seen));
        assertThat(proved.noneVanished()).isTrue();
        assertThat(proved.partitions())
                .filteredOn(each -> each.head().topic().equals(EVENTS.topic()))
                .extracting(each -> each.head().size())
                .containsExactlyInAnyOrder(5L, 2L);
    }

    @Test
    void aBundleOfARecordThatWasChangedInTheLogIsRefusedByWhoeverChecksIt() throws Exception {
        fill(EVENTS, 10);
        signAll();
        log.change(EVENTS, 9, "forged");

        var verdict = verdict(bundle(WHOLE, null));

        assertThat(verdict).isInstanceOf(Verdict.Refused.class);
        assertThat(((Verdict.Refused) verdict).flaws())
                .extracting(Verdict.Flaw::toString)
                .containsExactly(
                        "millrace.task-events-0, record 6 (millrace.task-events-0@9): it is not in the tree of its partition");
    }

    @Test
    void aRecordThatWasChangedBeforeOthersIsNoLoss() throws Exception {
        fill(EVENTS, 50);
        signAll();
        log.change(EVENTS, 9, "forged");
        fill(EVENTS, 3);

        signAll();

        assertThat(store.recoveries(log.partitions().get(indexOf(EVENTS)))).isEmpty();
        assertThat(verdict(bundle(WHOLE, null))).isInstanceOf(Verdict.Refused.class);
        log.change(EVENTS, 9, "value 6");
        requireAllProved();
    }

    @Test
    void aLossBehindARecordThatWasChangedIsAdmittedFromWhereItBegins() throws Exception {
        fill(EVENTS, 50);
        signAll();
        log.change(EVENTS, 9, "forged");
        log.loseFrom(EVENTS, 30);
        fill(EVENTS, 10);

        signAll();

        var recoveries = store.recoveries(log.partitions().get(indexOf(EVENTS)));
        assertThat(recoveries).hasSize(1);
        assertThat(recoveries.getFirst().kept()).isEqualTo(20);
    }

    @Test
    void whatIsTooMuchOrNotThereIsRefused() throws Exception {
        fill(EVENTS, RecordScan.MOST_RECORDS + 1);
        signAll();

        assertThatThrownBy(() -> bundle(WHOLE, null))
                .isInstanceOf(InvalidQuery.class)
                .hasMessageContaining("more than 10000 records");
        assertThatThrownBy(() -> bundle(new Scope.OfRange(EVENTS.topic(), 1, 0, 1), null))
                .isInstanceOf(InvalidQuery.class)
                .hasMessageContaining("millrace.task-events-1 (expected: a partition of");
    }

    @Test
    void aTimeSelectsWhatTheBrokerTookInThen() throws Exception {
        fill(EVENTS, 20);
        fill(RESULTS, 20);
        signAll();

        var proved = proved(bundle(new Scope.OfTime(NOON.plusMillis(3), NOON.plusMillis(9)), null));

        assertThat(records(proved, EVENTS)).hasSize(4);
        assertThat(records(proved, RESULTS)).hasSize(4);
    }

    @Test
    void allOfAPersonIsInAsManyBundlesAsItTakes() throws Exception {
        fill(EVENTS, 4 * RecordScan.MOST_RECORDS + 40);
        log.add(RESULTS, TASK.toString(), "result");
        signAll();
        var found = new ArrayList<String>();
        var after = Position.START;
        int bundles = 0;
        while (after != null) {
            var evidence =
                    audit().bundle(
                                    new Scope.OfPerson(
                                            TASK.toString(), null, Instant.EPOCH, NEVER, after),
                                    null);
            var proved = proved(evidence.bundle().toArray());
            for (var partition : List.of(EVENTS, RESULTS)) {
                records(proved, partition).forEach(shown -> found.add(value(shown)));
            }
            after = evidence.rest();
            bundles++;
        }

        assertThat(bundles).isEqualTo(2);
        assertThat(found).hasSize(RecordScan.MOST_RECORDS + 11).doesNotHaveDuplicates();
    }

    @Test
    void aPersonsRecordsAreThoseOfTheTimeAskedFor() throws Exception {
        fill(EVENTS, 20);
        signAll();

        var proved =
                proved(
                        bundle(
                                new Scope.OfPerson(
                                        TASK.toString(),
                                        null,
                                        NOON.plusMillis(3),
                                        NOON.plusMillis(12),
                                        Position.START),
                                null));

        assertThat(records(proved, EVENTS))
                .extracting(AuditSessionTest::value)
                .containsExactly("value 4");
    }

    @Test
    void everyRecordIsProvedInEveryTreeThatHasIt() throws Exception {
        fill(EVENTS, 20);
        signAll();
        log.add(EVENTS, "key", "one more");
        signAll();

        for (long size = 1; size <= 21; size++) {
            var proof = audit().consistency(TREE, size, 21);
            assertThat(proof.holds()).isTrue();
            for (long index = 0; index < size; index++) {
                long offset = offset(index);
                var included = audit().inclusion(TREE, offset, size);
                assertThat(included.leaf().offset()).isEqualTo(offset);
                assertThat(included.proof().leafHash()).isEqualTo(included.leaf().hash());
                assertThat(included.proof().leafIndex()).isEqualTo(index);
                assertThat(included.proof().root()).isEqualTo(proof.formerRoot());
                assertThat(included.proof().holds()).isTrue();
            }
        }
        var head = events(proved(bundle(WHOLE, null))).head();
        assertThat(audit().inclusion(TREE, offset(20), null).proof().root()).isEqualTo(head.root());
    }

    @Test
    void anyTwoCheckpointsAreCompared() throws Exception {
        for (int i = 0; i < 6; i++) {
            fill(EVENTS, 3);
            signAll();
        }
        var signed = audit().checkpoints(Long.MAX_VALUE, 1_000);
        assertThat(signed).hasSizeGreaterThan(5);

        for (var former : signed) {
            for (var latter : signed) {
                var before = Checkpoint.parse(former.note().text());
                var now = Checkpoint.parse(latter.note().text());
                if (before.size() <= now.size()) {
                    var proof =
                            audit().consistency(new AuditTree.SiteLog(), before.size(), now.size());
                    assertThat(proof.formerRoot()).isEqualTo(before.root());
                    assertThat(proof.root()).isEqualTo(now.root());
                    assertThat(proof.holds()).isTrue();
                }
            }
        }
    }

    @Test
    void whatCannotBeProvedIsNamed() throws Exception {
        fill(EVENTS, 5);
        signAll();
        fill(EVENTS, 1);

        assertThatThrownBy(() -> audit().inclusion(TREE, log.end(EVENTS) - 1, null))
                .isInstanceOf(InvalidQuery.class)
                .hasMessageContaining("where the newest checkpoint of millrace.task-events-0 ends");
        assertThatThrownBy(() -> audit().inclusion(TREE, offset(3), 3L))
                .isInstanceOf(InvalidQuery.class)
                .hasMessageContaining("size: 3 (expected: 4..5");
        assertThatThrownBy(() -> audit().inclusion(TREE, offset(3), 6L))
                .isInstanceOf(InvalidQuery.class);
        assertThatThrownBy(() -> audit().consistency(TREE, 3, 6))
                .isInstanceOf(InvalidQuery.class)
                .hasMessageContaining(
                        "from, to: 3, 6 (expected: sizes of millrace.task-events-0, 1..5");
        assertThatThrownBy(() -> audit().consistency(new AuditTree.SiteLog(), 2, 1))
                .isInstanceOf(InvalidQuery.class)
                .hasMessageContaining("sizes of the site's log");
        assertThatThrownBy(() -> audit().consistency(new OfPartition(EVENTS.topic(), 9), 1, 1))
                .isInstanceOf(InvalidQuery.class)
                .hasMessageContaining("millrace.task-events-9 (expected: a partition of");
    }

    @Test
    void anOffsetBetweenRecordsIsNoRecord() throws Exception {
        fill(EVENTS, 5);
        signAll();
        var offsets = new ArrayList<Long>();
        for (long index = 0; index < 5; index++) {
            offsets.add(offset(index));
        }
        long gap = offsets.getFirst();
        while (offsets.contains(gap)) {
            gap++;
        }
        long between = gap;
        assertThat(between).isLessThan(offsets.getLast());

        assertThatThrownBy(() -> audit().inclusion(TREE, between, null))
                .isInstanceOf(InvalidQuery.class)
                .hasMessageContaining("has no record (expected: one that has, as");
    }

    @Test
    void checkpointsAreListedBelowASize() throws Exception {
        for (int i = 0; i < 4; i++) {
            fill(EVENTS, 1);
            signAll();
        }
        var all = audit().checkpoints(Long.MAX_VALUE, 1_000);
        var paged = new ArrayList<Audit.Signed>();
        long below = Long.MAX_VALUE;
        while (true) {
            var page = audit().checkpoints(below, 2);
            if (page.isEmpty()) {
                break;
            }
            paged.addAll(page);
            below = page.getLast().state().number() + 1;
        }

        assertThat(paged).isEqualTo(all).hasSizeGreaterThan(3);
    }

    @Test
    void oldStatesMakeRoomForNewOnes() throws Exception {
        assertThat(AuditStore.isKept(0, 1_000_000)).isTrue();
        assertThat(AuditStore.isKept(256, 1_000_000)).isTrue();
        assertThat(AuditStore.isKept(257, 1_000_000)).isFalse();
        assertThat(AuditStore.isKept(999_999, 1_000_000)).isTrue();
    }

    /// Adds records of four tasks in turn.
    private void fill(TopicPartition partition, int count) {
        fill(partition, count, "value");
    }

    private void fill(TopicPartition partition, int count, String what) {
        for (int i = 0; i < count; i++) {
            log.add(
                    partition,
                    i % 4 == 0 ? TASK.toString() : new UUID(i, i).toString(),
                    what + " " + i);
        }
    }

    private AuditSession session() {
        return new AuditSession(
                log.consumer(),
                _ -> log.partitions(),
                () -> new SiteHistory(store, keys, InstantSource.fixed(NOON)),
                new AuditSettings(Duration.ZERO),
                System::nanoTime,
                new AuditMeters(meters, InstantSource.fixed(NOON.plusSeconds(7))),
                shared);
    }

    /// One session that reads all there is.
    private void sign() {
        var session = session();
        try {
            session.open();
            for (var partition : log.partitions()) {
                for (long read = 0;
                        read <= log.end(partition.inKafka());
                        read += AuditedLog.MOST_POLLED) {
                    session.step();
                }
            }
        } finally {
            session.close();
        }
    }

    /// The same, for a log that may be short.
    private void signAll() {
        for (int i = 0; i < AuditSession.PATIENCE; i++) {
            try {
                sign();
                return;
            } catch (KafkaException notYet) {
                assertThat(notYet).hasMessageContaining("looking again");
            }
        }
        sign();
    }

    private boolean crashes() {
        try {
            sign();
            return false;
        } catch (KafkaException broken) {
            assertThat(broken).hasMessageContaining("the disk broke");
            return true;
        }
    }

    private long size() throws Exception {
        return store.latestNumber() + 1;
    }

    private List<?> checkpoints() throws Exception {
        return audit().checkpoints(Long.MAX_VALUE, 1_000);
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
                (person, record) ->
                        new String(record.key(), StandardCharsets.UTF_8).equals(person.subject()),
                System::nanoTime);
    }

    /// Of the record at an index of [#TREE].
    private long offset(long index) throws Exception {
        var head =
                Objects.requireNonNull(store.heads(store.latestNumber())).heads().stream()
                        .filter(each -> each.topic().equals(EVENTS.topic()))
                        .findFirst()
                        .orElseThrow();
        return new LeafSearch(store.treeReader(head), head.size()).at(index).offset();
    }

    private byte[] bundle(Scope scope, @Nullable Long since) throws Exception {
        var evidence = audit().bundle(scope, since);
        assertThat(evidence.rest()).isNull();
        return evidence.bundle().toArray();
    }

    private void requireAllProved() throws Exception {
        proved(bundle(WHOLE, null));
        for (var signed : audit().checkpoints(Long.MAX_VALUE, 1_000)) {
            var proved = proved(bundle(new Scope.OfTask(TASK), signed.state().number() + 1));
            assertThat(proved.hasAllPartitions()).isTrue();
        }
    }

    private Verdict.Proved proved(byte[] bundle) {
        var verdict = verdict(bundle);
        assertThat(verdict).isInstanceOf(Verdict.Proved.class);
        return (Verdict.Proved) verdict;
    }

    private Verdict verdict(byte[] bundle) {
        var trusted =
                new TrustedKeys(
                        List.of(operator.shown()),
                        witnesses.stream().map(WitnessKey::shown).toList(),
                        2);
        return new BundleVerifier(trusted).verify(bundle);
    }

    private PartitionProved events(Verdict.Proved proved) {
        return partition(proved, EVENTS);
    }

    private static List<Shown> records(Verdict.Proved proved, TopicPartition partition) {
        return partition(proved, partition).records().stream()
                .map(Verdict.RecordProved::shown)
                .toList();
    }

    private static PartitionProved partition(Verdict.Proved proved, TopicPartition partition) {
        return proved.partitions().stream()
                .filter(each ->
                        each.head().topic().equals(partition.topic())
                                && each.head().partition() == partition.partition())
                .findFirst()
                .orElseThrow();
    }

    private int indexOf(TopicPartition partition) {
        return log.partitions().stream().map(AuditedPartition::inKafka).toList().indexOf(partition);
    }

    private static @Nullable String value(Shown shown) {
        Bytes value = ((Shown.Whole) shown).content().value();
        return value == null ? null : new String(value.toArray(), StandardCharsets.UTF_8);
    }

    private static KeyPair keyPair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
