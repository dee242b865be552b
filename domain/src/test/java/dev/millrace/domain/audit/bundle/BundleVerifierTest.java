package dev.millrace.domain.audit.bundle;

import static dev.millrace.domain.audit.bundle.SampleSite.NOON;
import static dev.millrace.domain.audit.bundle.SampleSite.ONE;
import static dev.millrace.domain.audit.bundle.SampleSite.OPERATOR;
import static dev.millrace.domain.audit.bundle.SampleSite.TRUSTED;
import static dev.millrace.domain.audit.bundle.SampleSite.TWO;
import static dev.millrace.domain.audit.bundle.SampleSite.headIn;
import static dev.millrace.domain.audit.bundle.SampleSite.trusted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.domain.audit.Checkpoint;
import dev.millrace.domain.audit.PartitionHead;
import dev.millrace.domain.audit.PartitionHeads;
import dev.millrace.domain.audit.SiteState;
import dev.millrace.domain.audit.bundle.Bundler.Selected;
import dev.millrace.domain.audit.bundle.Bundler.Selection;
import dev.millrace.domain.audit.bundle.Verdict.Growth;
import dev.millrace.domain.audit.bundle.Verdict.RecordProved;
import dev.millrace.domain.audit.bundle.Verdict.Run;
import dev.millrace.domain.audit.note.Keys;
import dev.millrace.domain.audit.note.OperatorKey;
import dev.millrace.domain.audit.note.TrustedKeys;
import dev.millrace.domain.audit.note.TrustedKeys.Witnessed;
import dev.millrace.domain.audit.note.VerifierKey;
import dev.millrace.domain.audit.note.WitnessKey;
import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.audit.tree.MemoryTree;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class BundleVerifierTest {

    private static final String TASKS = "millrace.task-events";
    private static final String RESULTS = "millrace.results";

    private final SampleSite site;
    private final Snapshot before;
    private final Snapshot now;

    /// Two partitions, one of which came after the first of two checkpoints.
    BundleVerifierTest() throws IOException {
        site = new SampleSite();
        site.append(TASKS, 0, 300);
        before = site.checkpoint();
        site.append(TASKS, 0, 40);
        site.append(RESULTS, 2, 3);
        site.checkpoint();
        site.append(RESULTS, 2, 2);
        now = site.checkpoint();
    }

    @Test
    void whatIsInTheHistoryIsProved() throws IOException {
        var bundle =
                site.bundle(
                        now,
                        before,
                        site.whole(now, TASKS, 0, 17, 3, 4, 5, 339),
                        site.whole(now, RESULTS, 2, 4));
        var proved = proved(bundle, TRUSTED);

        assertThat(proved.origin()).isEqualTo("mill.example/history");
        assertThat(proved.now().state()).isEqualTo(now.state());
        assertThat(proved.now().signers().operators()).containsExactly(OPERATOR.shown());
        assertThat(proved.now().signers().witnesses())
                .containsExactly(
                        new Witnessed(ONE.shown(), NOON),
                        new Witnessed(TWO.shown(), NOON.plusSeconds(1)));
        assertThat(proved.before()).isNotNull();
        assertThat(proved.hasAllPartitions()).isTrue();
        assertThat(proved.noneVanished()).isTrue();
        var results = proved.partitions().getFirst();
        assertThat(results.growth()).isNull();
        assertThat(results.records()).containsExactly(new RecordProved(4, record(RESULTS, 2, 4)));
        var tasks = proved.partitions().getLast();
        assertThat(tasks.growth()).isEqualTo(new Growth(headIn(before, TASKS, 0), List.of()));
        assertThat(tasks.records())
                .containsExactlyElementsOf(
                        Stream.of(3, 4, 5, 17, 339)
                                .map(i -> new RecordProved(i, record(TASKS, 0, i)))
                                .toList());
        assertThat(tasks.runs()).containsExactly(new Run(3, 5), new Run(17, 17), new Run(339, 339));
        assertThat(proved.unproved())
                .hasSize(5)
                .anyMatch(line -> line.equals("Anything after the checkpoint of size 3."))
                .anyMatch(line -> line.endsWith("former heads are not here: millrace.results-2"));
    }

    @Test
    void whatIsWithheldIsProvedToBeThereAndSaidToBeUnknown() throws IOException {
        var whole = record(TASKS, 0, 8);
        var head = headIn(now, TASKS, 0);
        var place = new Shown.Place(whole.offset(), whole.timestamp(), whole.content().digest());
        var nothing = new Shown.Withheld(record(TASKS, 0, 9).leaf(head));
        var bundle =
                site.bundle(
                        now,
                        null,
                        new Selection(
                                head, List.of(new Selected(8, place), new Selected(9, nothing))));
        var proved = proved(bundle, TRUSTED);

        assertThat(proved.partitions().getFirst().records())
                .containsExactly(new RecordProved(8, place), new RecordProved(9, nothing));
        assertThat(proved.unproved())
                .contains(
                        "What 2 withheld records hold.",
                        "Anything about the other 1 partitions of the site.",
                        "That the history only grew: there is no earlier checkpoint to compare with.");
    }

    @Test
    void bundleIsReadBackInItsOneForm() throws IOException {
        for (long seed = 0; seed < 100; seed++) {
            var bundle = any(new Random(seed));
            var encoded = bundle.encode();

            assertThat(Bundle.parse(encoded)).as("seed %d", seed).isEqualTo(bundle);
            assertThat(proved(bundle, TRUSTED).now().size()).as("seed %d", seed).isEqualTo(3);
        }
    }

    @Test
    void noBitCanBeFlipped() throws IOException {
        var encoded = small().encode();
        for (int bit = 0; bit < encoded.length * Byte.SIZE; bit++) {
            var flipped = flipped(encoded, bit);

            assertThatIllegalArgumentException()
                    .as("bit %d", bit)
                    .isThrownBy(() -> Bundle.parse(flipped));
        }
    }

    @Test
    void theDigestIsOneFlawAndTheBrokenPartAnother() throws IOException {
        var bundle = small();
        var parts = new BundleParts(bundle);
        var encoded = bundle.encode();
        assertThat(parts.end()).isEqualTo(encoded.length - Hash.BYTES);

        // All eight bits of a byte have their turn.
        for (int bit = 0; bit < encoded.length * Byte.SIZE; bit += 37) {
            var flaws = flaws(flipped(encoded, bit), TRUSTED);
            var part = parts.at(bit / Byte.SIZE);

            boolean isBundle = bit / Byte.SIZE >= parts.title();
            if (isBundle) {
                assertThat(flaws.getFirst()).as("bit %d", bit).startsWith("bundle: its SHA-256");
            }
            var named = isBundle ? flaws.subList(1, flaws.size()) : flaws;
            if (part.isEmpty()) {
                assertThat(named).as("bit %d", bit).isEmpty();
            } else {
                assertThat(named)
                        .as("bit %d of %s", bit, part)
                        .anyMatch(flaw -> flaw.matches(part));
            }
        }
    }

    /// The same, by somebody who knows the format: the digest at the end is made anew.
    @Test
    void noBitCanBeFlippedByWhoeverMakesTheDigestAnew() throws IOException {
        // All eight bits of a byte have their turn.
        assertThat(flipsAccepted(37)).isEmpty();
    }

    @Test
    @Tag("full")
    @Timeout(value = 20, unit = TimeUnit.MINUTES) // Six signatures are checked for most bits.
    void notOneByteCanBeChangedByWhoeverMakesTheDigestAnew() throws IOException {
        // Every byte has its turn, and each of the eight bits equally often.
        assertThat(flipsAccepted(5)).isEmpty();
    }

    private List<Integer> flipsAccepted(int step) throws IOException {
        var verifier = new BundleVerifier(TRUSTED);
        var encoded = small().encode();
        int content = (encoded.length - Hash.BYTES) * Byte.SIZE;
        return IntStream.iterate(0, bit -> bit < content, bit -> bit + step)
                .parallel()
                .filter(bit ->
                        verifier.verify(Forger.resealed(flipped(encoded, bit)))
                                instanceof Verdict.Proved)
                .boxed()
                .toList();
    }

    @Test
    void bundleThatIsCutShortOrGoesOnIsRefused() throws IOException {
        var verifier = new BundleVerifier(TRUSTED);
        var encoded = small().encode();
        for (int length = 0; length < encoded.length; length++) {
            var cut = Arrays.copyOf(encoded, length);
            assertThat(verifier.verify(cut)).isInstanceOf(Verdict.Refused.class);
            if (length >= Hash.BYTES) {
                assertThat(verifier.verify(Forger.resealed(cut)))
                        .isInstanceOf(Verdict.Refused.class);
            }
        }
        var longer = Arrays.copyOf(encoded, encoded.length + 1);
        assertThat(verifier.verify(Forger.resealed(longer))).isInstanceOf(Verdict.Refused.class);
    }

    /// Every record, head, state and digest is made anew around a lie: what is left is that nobody
    /// signed it.
    @Test
    void lieWithEveryDigestMadeAnewIsRefusedForItsSignature() throws IOException {
        var honest = site.bundle(now, before, site.whole(now, TASKS, 0, 17));
        var forged = Forger.withEveryDigestMadeAnew(honest);

        assertThat(flaws(forged.encode(), TRUSTED))
                .containsExactly(
                        "checkpoint: the signature of mill.example/history is not that of this text");
        // Nothing else is wrong with it: had the operator signed the lie, it would be history.
        assertThat(proved(Forger.signedBy(OPERATOR, forged), trusted(0)).partitions()).hasSize(1);
    }

    @Test
    void lieThatAnotherKeySignedIsRefused() throws IOException {
        var honest = site.bundle(now, null, site.whole(now, TASKS, 0, 17));
        var impostor =
                Forger.signedBy(
                        new OperatorKey(OPERATOR.shown().name(), Keys.of(666)),
                        Forger.withEveryDigestMadeAnew(honest));

        assertThat(flaws(impostor.encode(), trusted(0)))
                .containsExactly(
                        "checkpoint: a signature in the name of mill.example/history by another key than you gave; give that too if you trust it");
    }

    @Test
    void everyPartThatIsExchangedIsNamed() throws IOException {
        var bundle =
                site.bundle(
                        now,
                        before,
                        site.whole(now, TASKS, 0, 17, 18),
                        site.whole(now, RESULTS, 2, 4));
        var forger = new Forger(bundle);

        assertThat(flaws(forger.withContentOf(1, 0, record(TASKS, 0, 1).content()), TRUSTED))
                .containsExactly(
                        TASKS
                                + "-0, record 17 ("
                                + TASKS
                                + "-0@30): it is not in the tree of its partition");
        assertThat(flaws(forger.withRecordsSwapped(1), TRUSTED))
                .hasSize(3)
                .allMatch(flaw -> flaw.startsWith(TASKS + "-0, record 1"));
        assertThat(flaws(forger.withHead(1, site.head(TASKS, 0), 0), TRUSTED))
                .contains(TASKS + "-0: its head is not in state 2");
        assertThat(flaws(forger.withFormerHead(1, headIn(now, TASKS, 0)), TRUSTED))
                .contains(TASKS + "-0, before: its head is not in state 0");
        assertThat(flaws(forger.withMomentsExchanged(), TRUSTED))
                .anyMatch(
                        flaw -> flaw.startsWith("earlier checkpoint: the site's log of 1 entries"));
        assertThat(flaws(forger.withStateOf(before), TRUSTED))
                .contains("checkpoint: state 0 is not the last of the 3 that it signs");
        assertThat(flaws(forger.withoutLogGrowth(), TRUSTED))
                .containsExactly(
                        "earlier checkpoint: the site's log of 3 entries does not begin with the 1 of before");
        assertThat(flaws(forger.withoutGrowth(1), TRUSTED))
                .containsExactly(TASKS + "-0: 0 proofs of its growth (expected: 1)");
    }

    @Test
    void partsOutOfTheirPlaceAreRefused() throws IOException {
        var forger =
                new Forger(
                        site.bundle(
                                now,
                                before,
                                site.whole(now, TASKS, 0, 17, 18),
                                site.whole(now, RESULTS, 2, 4)));

        assertThat(flaws(forger.withPartitionsReversed(), TRUSTED))
                .containsExactly(RESULTS + "-2: not in its place");
        assertThat(flaws(forger.withRecordsReversed(1), TRUSTED))
                .containsExactly(TASKS + "-0, record 17: not in its place");
    }

    @Test
    void witnessesAreCountedByTheKeysThatOneBrings() throws IOException {
        var bundle = site.bundle(now, before, site.whole(now, TASKS, 0, 1)).encode();
        var stranger = new WitnessKey("witness.example/3", Keys.of(9)).shown();
        var oneKnown = List.of(ONE.shown(), stranger);

        assertThat(flaws(bundle, new TrustedKeys(List.of(OPERATOR.shown()), oneKnown, 2)))
                .containsExactly(
                        "checkpoint: countersigned by 1 of the witnesses that you trust"
                                + " (expected: 2 or more)");
        var proved = new TrustedKeys(List.of(OPERATOR.shown()), oneKnown, 1);
        assertThat(((Verdict.Proved) new BundleVerifier(proved).verify(bundle)).unproved())
                .contains(
                        "The signatures in the name of others, whose keys you did not give: witness.example/2");
        assertThat(
                        flaws(
                                bundle,
                                new TrustedKeys(
                                        List.of(stranger(OPERATOR.shown().name())), List.of(), 0)))
                .hasSize(2)
                .allMatch(flaw ->
                        flaw.contains("in the name of mill.example/history by another key"));
    }

    @Test
    void rewrittenPastIsFoundThoughTheOperatorSignedIt() throws IOException {
        site.rewrite(TASKS, 0, 299);
        var after = site.checkpoint();

        assertThat(
                        flaws(
                                site.bundle(after, before, site.whole(after, TASKS, 0, 1)).encode(),
                                TRUSTED))
                .containsExactly(
                        TASKS
                                + "-0: its tree of 340 records in epoch 0 does not begin with the 300 of before");
    }

    @Test
    void lostEndIsFoundUnlessItIsAdmitted() throws IOException {
        site.recover(TASKS, 0, 250);
        site.append(TASKS, 0, 20);
        site.recover(TASKS, 0, 260);
        site.append(TASKS, 0, 100);
        var after = site.checkpoint();
        var bundle = site.bundle(after, before, site.whole(after, TASKS, 0, 355));

        var growth = proved(bundle, TRUSTED).partitions().getFirst().growth();
        assertThat(growth).isEqualTo(new Growth(headIn(before, TASKS, 0), site.recoveries));
        assertThat(proved(bundle, TRUSTED).unproved())
                .contains(
                        "What the 90 records held that millrace.task-events-0 lost before epoch 1: the disk broke",
                        "What the 10 records held that millrace.task-events-0 lost before epoch 2: the disk broke");
        assertThat(flaws(new Forger(bundle).withoutRecoveries(0), TRUSTED))
                .containsExactly(TASKS + "-0: its recoveries are not those that led to epoch 2");
        assertThat(flaws(new Forger(bundle).withRecoveryThatKept(0, 0, 251), TRUSTED))
                .contains(TASKS + "-0: its recoveries are not those that led to epoch 2");
        // Without a former head, the last recovery shows why there is a new epoch.
        var alone = site.bundle(after, null, site.whole(after, TASKS, 0, 355));
        assertThat(alone.partitions().getFirst().recoveries())
                .containsExactly(site.recoveries.getLast());
        proved(alone, TRUSTED);
        assertThat(flaws(new Forger(alone).withoutRecoveries(0), TRUSTED))
                .containsExactly(TASKS + "-0: its recoveries are not those that led to epoch 2");
    }

    @Test
    void recoveryFromNothingKept() throws IOException {
        site.recover(RESULTS, 2, 0);
        var empty = site.checkpoint();
        site.append(RESULTS, 2, 2);
        var after = site.checkpoint();

        assertThat(
                        proved(site.bundle(empty, now, site.whole(empty, RESULTS, 2)), TRUSTED)
                                .now()
                                .size())
                .isEqualTo(4);
        assertThat(
                        proved(site.bundle(after, now, site.whole(after, RESULTS, 2, 1)), TRUSTED)
                                .now()
                                .size())
                .isEqualTo(5);
        assertThat(
                        proved(site.bundle(after, empty, site.whole(after, RESULTS, 2, 1)), TRUSTED)
                                .now()
                                .size())
                .isEqualTo(5);
    }

    @Test
    void vanishedPartitionIsNotedByWhoeverLooksAtAll() throws IOException {
        site.remove(RESULTS, 2);
        var after = site.checkpoint();
        var proved = proved(site.bundle(after, now, site.whole(after, TASKS, 0)), TRUSTED);

        assertThat(proved.hasAllPartitions()).isTrue();
        assertThat(proved.noneVanished()).isFalse();
        assertThat(proved.unproved())
                .contains(
                        "That no other partition changed or vanished since the earlier checkpoint.");
    }

    /// The tree may be as it was; a partition whose end or start moved back is none the less
    /// another.
    @Test
    void movedOffsetsAreFoundThoughTheOperatorSignedThem() throws IOException {
        var honest = headIn(now, TASKS, 0);
        for (var head :
                List.of(
                        moved(honest, honest.firstOffset(), honest.endOffset() - 1),
                        moved(honest, honest.firstOffset() - 1, honest.endOffset()))) {
            var after = site.checkpoint(new PartitionHeads(List.of(head)));
            var bundle = site.bundle(after, now, new Selection(head, List.of()));

            assertThat(flaws(bundle, TRUSTED))
                    .containsExactly(
                            TASKS
                                    + "-0: offsets %d to %d do not continue 5 to 515"
                                            .formatted(head.firstOffset(), head.endOffset()));
        }
    }

    @Test
    void headsThatTheOperatorSignedOutOfTheirOrderAreRefused() {
        var heads = now.heads().heads();
        var tree = new MemoryTree(List.of(heads.get(1).hash(), heads.get(0).hash()));
        var state = new SiteState(0, 0, 2, tree.root());
        var text = new Checkpoint(OPERATOR.shown().name(), 1, state.hash()).text();
        var bundle =
                new Bundle(
                        new Bundle.Moment(OPERATOR.sign(text), state, List.of()),
                        null,
                        List.of(
                                alone(heads.get(0), 1, tree.inclusion(1)),
                                alone(heads.get(1), 0, tree.inclusion(0))));

        assertThat(flaws(bundle, trusted(0)))
                .containsExactly(TASKS + "-0: its place is not after the one before");
    }

    @Test
    void checkpointOfAnotherOriginIsRefused() throws IOException {
        var text = now.checkpoint().text().replace("mill.example/history", "mill.example/other");
        var bundle = site.bundle(now, null, site.whole(now, TASKS, 0, 1));
        var other =
                new Bundle(
                        new Bundle.Moment(
                                OPERATOR.sign(text), bundle.now().state(), bundle.now().inLog()),
                        null,
                        bundle.partitions());

        assertThat(flaws(other.encode(), trusted(0)))
                .containsExactly(
                        "checkpoint: of mill.example/other (expected: mill.example/history)");
    }

    @Test
    void whateverItIsTheVerifierDoesNotThrow() throws IOException {
        var verifier = new BundleVerifier(TRUSTED);
        var encoded = small().encode();
        for (long seed = 0; seed < 500; seed++) {
            var random = new Random(seed);
            var noise = encoded.clone();
            for (int left = 1 + 2 * random.nextInt(10); left > 0; left--) {
                int at = 24 + random.nextInt(noise.length - 24);
                noise[at] ^= (byte) (1 + random.nextInt(255));
            }
            assertThat(verifier.verify(Forger.resealed(noise)))
                    .as("seed %d", seed)
                    .isInstanceOf(Verdict.Refused.class);
        }
    }

    @Test
    void snapshotOfPartsThatDoNotBelongTogetherIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new Snapshot(now.checkpoint(), now.state(), new PartitionHeads(List.of())));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Snapshot(before.checkpoint(), now.state(), now.heads()));
    }

    /// Everything that a bundle can have, of the least size.
    private Bundle small() throws IOException {
        var small = new SampleSite();
        small.append("t", 0, 2);
        small.append("u", 1, 2);
        var first = small.checkpoint();
        small.append("t", 0, 1);
        small.recover("u", 1, 1);
        var second = small.checkpoint();
        var whole = small.record("t", 0, 1);
        var head = headIn(second, "t", 0);
        return small.bundle(
                second,
                first,
                new Selection(
                        head,
                        List.of(
                                new Selected(
                                        0, new Shown.Withheld(small.record("t", 0, 0).leaf(head))),
                                new Selected(
                                        1,
                                        new Shown.Place(
                                                whole.offset(),
                                                whole.timestamp(),
                                                whole.content().digest())),
                                new Selected(2, small.record("t", 0, 2)))),
                small.whole(second, "u", 1, 0));
    }

    private Bundle any(Random random) throws IOException {
        var tasks = random.longs(random.nextInt(6), 0, 340).distinct().toArray();
        var results = random.longs(random.nextInt(4), 0, 5).distinct().toArray();
        return site.bundle(
                now,
                random.nextBoolean() ? before : null,
                random.nextBoolean()
                        ? new Selection[] {site.whole(now, TASKS, 0, tasks)}
                        : new Selection[] {
                            site.whole(now, TASKS, 0, tasks), site.whole(now, RESULTS, 2, results)
                        });
    }

    private Shown.Whole record(String topic, int partition, int index) {
        return site.record(topic, partition, index);
    }

    private static VerifierKey stranger(String name) {
        return new OperatorKey(name, Keys.of(77)).shown();
    }

    private static Verdict.Proved proved(Bundle bundle, TrustedKeys trusted) {
        var verdict = new BundleVerifier(trusted).verify(bundle.encode());
        assertThat(verdict).isInstanceOf(Verdict.Proved.class);
        return (Verdict.Proved) verdict;
    }

    private static PartitionHead moved(PartitionHead head, long first, long end) {
        return new PartitionHead(
                head.topic(),
                head.topicId(),
                head.partition(),
                head.epoch(),
                first,
                end,
                head.size(),
                head.root(),
                head.recovery());
    }

    private static Bundle.PartitionEvidence alone(PartitionHead head, int index, List<Hash> proof) {
        return new Bundle.PartitionEvidence(
                new Bundle.PlacedHead(head, index, proof), List.of(), null, List.of());
    }

    private static List<String> flaws(Bundle bundle, TrustedKeys trusted) {
        return flaws(bundle.encode(), trusted);
    }

    private static List<String> flaws(byte[] bundle, TrustedKeys trusted) {
        var verdict = new BundleVerifier(trusted).verify(bundle);
        assertThat(verdict).isInstanceOf(Verdict.Refused.class);
        return ((Verdict.Refused) verdict).flaws().stream().map(Object::toString).toList();
    }

    private static byte[] flipped(byte[] whole, int bit) {
        var flipped = whole.clone();
        flipped[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
        return flipped;
    }
}
