package dev.millrace.domain.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.domain.audit.RecordContent.Header;
import dev.millrace.domain.audit.encoding.CanonicalReader;
import dev.millrace.domain.audit.encoding.CanonicalWriter;
import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.audit.tree.TreeHasher;
import dev.millrace.domain.event.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EncodingsTest {

    private static final UUID TOPIC = UUID.fromString("01234567-89ab-4cde-8f01-23456789abcd");

    @Test
    void leafHasTheLayoutOfTheDecisionRecord() {
        var leaf = new Leaf(TOPIC, 3, 258, 0x0102030405060708L, hash(new Random(1)));

        assertThat(HexFormat.of().formatHex(leaf.encode()))
                .isEqualTo(
                        "02"
                                + "0123456789ab4cde8f0123456789abcd"
                                + "00000003"
                                + "0000000000000102"
                                + "0102030405060708"
                                + leaf.content());
        assertThat(leaf.encode()).hasSize(Leaf.BYTES);
    }

    @Test
    void contentHasTheLayoutOfTheDecisionRecord() {
        var content =
                new RecordContent(
                        bytes("k"),
                        null,
                        List.of(new Header("h", bytes("")), new Header("\u00fc", null)));

        assertThat(HexFormat.of().formatHex(content.encode()))
                .isEqualTo(
                        "01"
                                + "00000001"
                                + "6b"
                                + "ffffffff"
                                + "00000002"
                                + "0001"
                                + "68"
                                + "00000000"
                                + "0002"
                                + "c3bc"
                                + "ffffffff");
    }

    /// Whatever is read is written back as the same bytes: nothing has two forms, and two contents
    /// never have one.
    @Test
    void everyEncodingHasOneForm() {
        int refused = 0;
        int read = 0;
        for (long seed = 0; seed < 1_000; seed++) {
            var random = new Random(seed);
            for (var form : forms(random)) {
                assertThat(form.again.apply(form.encoded))
                        .as("seed %d", seed)
                        .isEqualTo(form.encoded);
                var changed = changed(form.encoded, random);
                try {
                    assertThat(form.again.apply(changed)).as("seed %d", seed).isEqualTo(changed);
                    read++;
                } catch (IllegalArgumentException refusal) {
                    assertThat(refusal.getMessage()).as("seed %d", seed).isNotBlank();
                    refused++;
                }
            }
        }
        assertThat(refused).isGreaterThan(500);
        assertThat(read).isGreaterThan(500);
    }

    @Test
    void whatIsCutShortOrGoesOnIsRefused() {
        for (long seed = 0; seed < 10; seed++) {
            for (var form : forms(new Random(seed))) {
                for (int length = 0; length < form.encoded.length; length++) {
                    var cut = Arrays.copyOf(form.encoded, length);
                    assertThatIllegalArgumentException().isThrownBy(() -> form.again.apply(cut));
                }
                var longer = Arrays.copyOf(form.encoded, form.encoded.length + 1);
                assertThatIllegalArgumentException().isThrownBy(() -> form.again.apply(longer));
            }
        }
    }

    @Test
    void lengthsBeyondTheirBoundAreRefusedBeforeAnythingIsRead() {
        var large = new CanonicalWriter().u8(1).i32(RecordContent.MAX_BYTES + 1).toBytes();
        var many = new CanonicalWriter().u8(1).i32(-1).i32(-1).i32(5_000).toBytes();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecordContent.decode(large))
                .withMessage("byte 5: 16777217 bytes (expected: -1..16777216)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecordContent.decode(many))
                .withMessage("byte 13: a count of 5000 (expected: 0..4096)");
    }

    @Test
    void headsAreInTheirOrderAndEachOnce() {
        var random = new Random(7);
        var a = head(random, "a", 0);
        var a1 = new PartitionHead("a", a.topicId(), 1, 0, 0, 0, 0, TreeHasher.EMPTY, Hash.NONE);
        var b = head(random, "b", 0);
        var heads = new PartitionHeads(List.of(b, a1, a));

        assertThat(heads.heads()).containsExactly(a, a1, b);
        assertThat(PartitionHeads.decode(heads.encode())).isEqualTo(heads);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PartitionHeads(List.of(a, b, a)))
                .withMessageContaining("a-0 is there twice");
        var swapped = new CanonicalWriter().i32(2);
        b.write(swapped);
        a.write(swapped);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PartitionHeads.decode(swapped.toBytes()))
                .withMessageContaining("not in their order");
    }

    @Test
    void checkpointHasOneForm() {
        var text = new Checkpoint("mill.example", 7, hash(new Random(1))).text();

        assertThat(Checkpoint.parse(text).text()).isEqualTo(text);
        for (var other :
                List.of(
                        text.replace("\n7\n", "\n07\n"),
                        text.replace("\n7\n", "\n+7\n"),
                        text.replace("\n7\n", "\n0\n"),
                        text.replace("\n7\n", "\n-7\n"),
                        text.replace("=", ""),
                        text + "more\n",
                        text.substring(1 + text.indexOf('\n')),
                        text.stripTrailing())) {
            assertThatIllegalArgumentException()
                    .as(other)
                    .isThrownBy(() -> Checkpoint.parse(other));
        }
    }

    /// What was encoded, and how to read it and write it once more.
    private static final class Form {
        final byte[] encoded;
        final Function<byte[], byte[]> again;

        Form(byte[] encoded, Function<byte[], byte[]> again) {
            this.encoded = encoded;
            this.again = again;
        }
    }

    private static List<Form> forms(Random random) {
        var head = head(random, "millrace.topic", random.nextInt(2));
        var recovery =
                new Recovery(
                        head,
                        head.size() / 2,
                        head.size() < 2 ? TreeHasher.EMPTY : hash(random),
                        random.nextLong(),
                        "disk \u2620 gone");
        var writtenRecovery = new CanonicalWriter();
        recovery.write(writtenRecovery);
        var leaf = new Leaf(uuid(random), 1, random.nextInt(100), random.nextLong(), hash(random));
        var heads = new PartitionHeads(List.of(head, head(random, "other", 0)));
        return List.of(
                new Form(content(random).encode(), bytes -> RecordContent.decode(bytes).encode()),
                new Form(leaf.encode(), bytes -> Leaf.decode(bytes).encode()),
                new Form(
                        SiteState.of(random.nextInt(9), random.nextLong(), heads).encode(),
                        bytes -> SiteState.decode(bytes).encode()),
                new Form(heads.encode(), bytes -> PartitionHeads.decode(bytes).encode()),
                new Form(writtenRecovery.toBytes(), EncodingsTest::recoveryAgain));
    }

    private static byte[] recoveryAgain(byte[] encoded) {
        var reader = new CanonicalReader(encoded);
        var read = Recovery.read(reader);
        reader.end();
        var again = new CanonicalWriter();
        read.write(again);
        return again.toBytes();
    }

    private static RecordContent content(Random random) {
        var headers = new ArrayList<Header>();
        for (int left = random.nextInt(4); left > 0; left--) {
            headers.add(new Header("h\u00e9" + random.nextInt(3), nullable(random)));
        }
        return new RecordContent(nullable(random), nullable(random), headers);
    }

    private static PartitionHead head(Random random, String topic, int epoch) {
        int size = random.nextInt(5);
        int first = random.nextInt(5);
        return new PartitionHead(
                topic,
                uuid(random),
                0,
                epoch,
                first,
                first + size + random.nextInt(3),
                size,
                size == 0 ? TreeHasher.EMPTY : hash(random),
                epoch == 0 ? Hash.NONE : hash(random));
    }

    private static @Nullable Bytes nullable(Random random) {
        if (random.nextInt(4) == 0) {
            return null;
        }
        var content = new byte[random.nextInt(6)];
        random.nextBytes(content);
        return Bytes.copyOf(content);
    }

    private static UUID uuid(Random random) {
        return new UUID(random.nextLong(), random.nextLong());
    }

    private static Hash hash(Random random) {
        var content = new byte[Hash.BYTES];
        random.nextBytes(content);
        return Hash.of(content);
    }

    private static byte[] changed(byte[] encoded, Random random) {
        var changed = encoded.clone();
        changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        return changed;
    }

    private static Bytes bytes(String text) {
        return Bytes.copyOf(text.getBytes(StandardCharsets.UTF_8));
    }
}
