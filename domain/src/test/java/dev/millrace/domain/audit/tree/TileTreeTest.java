package dev.millrace.domain.audit.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.millrace.domain.audit.tree.TileWriter.Partials;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TileTreeTest {

    private static final int CACHED = 16;

    @Test
    void pathsAreThoseOfTlogTiles() {
        assertThat(TilePath.tile(0, 0)).isEqualTo("tile/0/000");
        assertThat(TilePath.tile(2, 1_234_067)).isEqualTo("tile/2/x001/x234/067");
        assertThat(TilePath.entries(1_000)).isEqualTo("tile/entries/x001/000");
        assertThat(TilePath.partial(TilePath.tile(1, 999), 17)).isEqualTo("tile/1/999.p/17");
    }

    /// The example in the specification of tlog-tiles.
    @Test
    void treeOfSeventyThousandHasTheTilesThatTheSpecificationNames() throws IOException {
        var store = new MapTiles();
        var writer = TileWriter.open(store, Partials.NEWEST);
        append(writer, 0, 70_000);
        writer.commit();

        var expected = new ArrayList<String>();
        for (int i = 0; i < 273; i++) {
            expected.add("tile/0/%03d".formatted(i));
            expected.add("tile/entries/%03d".formatted(i));
        }
        expected.addAll(
                List.of(
                        "head",
                        "tile/0/273.p/112",
                        "tile/entries/273.p/112",
                        "tile/1/000",
                        "tile/1/001.p/17",
                        "tile/2/000.p/1"));
        assertThat(store.files().keySet()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(store.files().get("tile/1/000")).hasSize(8192);
        assertThat(store.files().get("tile/1/001.p/17")).hasSize(17 * 32);
    }

    @Test
    void everySizeHasTheRootOfTheRfcAndIsReadBackAtEverySize() throws IOException {
        int largest = 1_100;
        var store = new MapTiles();
        var writer = TileWriter.open(store, Partials.NEWEST);
        var entries = TreeProofsTest.entries(largest);
        var reader = new TileReader(store, CACHED);
        for (int size = 1; size <= largest; size++) {
            assertThat(writer.append(entries.get(size - 1))).isEqualTo(size - 1);
            if (size % 7 == 0 || size > 1_000) {
                assertThat(writer.commit())
                        .isEqualTo(new TreeHead(size, writer.root()))
                        .isEqualTo(reader.head());
            }
            if (size % 50 == 0) {
                assertThat(writer.root()).isEqualTo(NaiveTree.root(entries.subList(0, size)));
            }
        }

        for (int size = 1; size <= largest; size += 13) {
            var tree = entries.subList(0, size);
            assertThat(reader.root(size)).isEqualTo(NaiveTree.root(tree));
            assertThat(reader.inclusion(size / 3, size)).isEqualTo(NaiveTree.path(size / 3, tree));
            assertThat(reader.consistency(1 + size / 3, size))
                    .isEqualTo(NaiveTree.proof(1 + size / 3, tree));
            assertThat(reader.entry(size - 1)).isEqualTo(entries.get(size - 1));
        }
    }

    @Test
    void everyProofOfALargeTreeHolds() throws IOException {
        int largest = 300_000;
        var store = new MapTiles();
        var writer = TileWriter.open(store, Partials.NEWEST);
        append(writer, 0, largest);
        writer.commit();
        var reader = new TileReader(store, CACHED);
        var hasher = new TreeHasher();
        for (long seed = 0; seed < 500; seed++) {
            var random = new Random(seed);
            long size = 1L + random.nextInt(largest);
            long index = random.nextLong(size);
            long former = random.nextLong(size + 1);
            var root = reader.root(size);

            assertThat(
                            ProofCheck.includes(
                                    hasher.leaf(reader.entry(index)),
                                    index,
                                    size,
                                    reader.inclusion(index, size),
                                    root))
                    .as("seed %d", seed)
                    .isTrue();
            assertThat(
                            ProofCheck.continues(
                                    former,
                                    reader.root(former),
                                    size,
                                    root,
                                    reader.consistency(former, size)))
                    .as("seed %d", seed)
                    .isTrue();
        }
    }

    @Test
    void proofReadsAFewTilesHoweverLargeTheTreeIs() throws IOException {
        var store = new MapTiles();
        var writer = TileWriter.open(store, Partials.NEWEST);
        append(writer, 0, 200_000);
        writer.commit();
        for (long seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            var reader = new TileReader(store, CACHED);
            long size = 100_000L + random.nextInt(100_000);
            store.reads = 0;

            reader.inclusion(random.nextLong(size), size);

            // Of each of three levels the tile on the path and that at the right edge.
            assertThat(store.reads).as("seed %d", seed).isBetween(2, 6);
        }
    }

    @Test
    void readerHoldsNoMoreTilesThanItMay() throws IOException {
        var store = new MapTiles();
        var writer = TileWriter.open(store, Partials.NEWEST);
        append(writer, 0, 256 * 10);
        writer.commit();
        var reader = new TileReader(store, 2);
        for (int i = 0; i < 10; i++) {
            reader.entry(256L * i);
        }
        store.reads = 0;

        reader.entry(256 * 9);
        reader.entry(256 * 8);
        assertThat(store.reads).isZero();
        reader.entry(256 * 7);
        assertThat(store.reads).isEqualTo(1);
    }

    /// Partial tiles come and go under a reader's hands.
    @Test
    void readerThatIsOvertakenFindsWhatItAskedFor() throws IOException {
        var store = new MapTiles();
        var writer = TileWriter.open(store, Partials.NEWEST);
        append(writer, 0, 10);
        writer.commit();
        var reader = new TileReader(store, CACHED);
        var root = writer.root();
        for (int size = 10; size < 600; size += 30) {
            append(writer, size, size + 30);
            writer.commit();
        }

        assertThat(reader.root(10)).isEqualTo(root);
        assertThat(reader.entry(9)).isEqualTo(entry(9));
        assertThatIllegalArgumentException().isThrownBy(() -> reader.root(1_000));
    }

    @Test
    void partialTilesAreKeptAsLongAsPromised() throws IOException {
        assertThat(partialsAfterCommits(Partials.NEWEST)).containsExactly(30, 40);
        assertThat(partialsAfterCommits(Partials.ALL)).containsExactly(10, 20, 30, 40);
    }

    /// The store fails or the machine stops at any write, sync or deletion; what was committed is
    /// there, and the tree goes on to the same root as if nothing had happened.
    @Test
    void crashBetweenTilesLosesNothingCommitted() throws IOException {
        for (long seed = 0; seed < 400; seed++) {
            var random = new Random(seed);
            var store = new MapTiles();
            var committed = TreeHead.EMPTY;
            for (int round = 0; round < 6; round++) {
                store.allowed = random.nextInt(12);
                try {
                    var writer = TileWriter.open(store, any(random));
                    assertThat(writer.size()).as("seed %d", seed).isEqualTo(committed.size());
                    assertThat(writer.root()).as("seed %d", seed).isEqualTo(committed.root());
                    for (int commit = 0; commit < 8; commit++) {
                        // What stands after the head may differ in each life.
                        append(
                                writer,
                                (int) writer.size(),
                                (int) writer.size() + random.nextInt(400));
                        committed = writer.commit();
                    }
                } catch (IOException planned) {
                    assertThat(planned).hasMessage("planned");
                }
                var head = store.read(TreeHead.PATH);
                committed = head == null ? committed : TreeHead.parse(head);
                store.crash(random);
            }
            var writer = TileWriter.open(store, Partials.NEWEST);
            append(writer, (int) writer.size(), 3_000);
            writer.commit();

            var other = TileWriter.open(new MapTiles(), Partials.NEWEST);
            append(other, 0, (int) writer.size());
            assertThat(writer.root()).as("seed %d", seed).isEqualTo(other.root());
            assertThat(new TileReader(store, CACHED).root(committed.size()))
                    .as("seed %d", seed)
                    .isEqualTo(committed.root());
        }
    }

    @Test
    void writerThatFailedDoesNothingMore() throws IOException {
        var store = new MapTiles();
        var writer = TileWriter.open(store, Partials.NEWEST);
        append(writer, 0, 3);
        store.allowed = 0;

        assertThatExceptionOfType(IOException.class).isThrownBy(writer::commit);
        store.allowed = Integer.MAX_VALUE;
        assertThatIllegalStateException().isThrownBy(() -> writer.append(entry(3)));
        assertThatIllegalStateException().isThrownBy(writer::commit);
    }

    @Test
    void treeThatWasTamperedWithIsNotOpened() throws IOException {
        var store = new MapTiles();
        var writer = TileWriter.open(store, Partials.NEWEST);
        append(writer, 0, 300);
        writer.commit();
        for (var path :
                List.of("head", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44")) {
            var whole = Objects.requireNonNull(store.files().get(path));
            for (var broken : List.of(new byte[0], flipped(whole), Arrays.copyOf(whole, 7))) {
                store.files().put(path, broken);
                assertThatExceptionOfType(TreeDamaged.class)
                        .as(path)
                        .isThrownBy(() -> TileWriter.open(store, Partials.NEWEST));
            }
            store.files().put(path, whole);
        }
        var entries = Objects.requireNonNull(store.files().get("tile/entries/001.p/44"));
        store.files().put("tile/entries/001.p/44", Arrays.copyOf(entries, 6 * 40));
        assertThatExceptionOfType(TreeDamaged.class)
                .isThrownBy(() -> new TileReader(store, CACHED).entry(257))
                .withMessageContaining("not 44 entries");
        store.files().put("tile/entries/001.p/44", entries);
        store.files().remove("tile/0/001.p/44");
        assertThatExceptionOfType(TreeDamaged.class)
                .isThrownBy(() -> TileWriter.open(store, Partials.NEWEST))
                .withMessageContaining("tile/0/001.p/44: missing");
        assertThatExceptionOfType(TreeDamaged.class)
                .isThrownBy(() -> new TileReader(store, CACHED).root(300));
    }

    @Test
    void entryThatIsTooLongIsRefusedAndTheLongestIsNot() throws IOException {
        var writer = TileWriter.open(new MapTiles(), Partials.NEWEST);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer.append(new byte[TileWriter.MAX_ENTRY_BYTES + 1]));
        assertThat(writer.append(new byte[TileWriter.MAX_ENTRY_BYTES])).isZero();
    }

    @Test
    void folderHoldsTheSameFilesAsMemory(@TempDir Path folder) throws IOException {
        var memory = new MapTiles();
        for (var store : List.of(memory, new TileFolder(folder.resolve("tree")))) {
            var writer = TileWriter.open(store, Partials.NEWEST);
            append(writer, 0, 700);
            writer.commit();
            writer = TileWriter.open(store, Partials.NEWEST);
            append(writer, 700, 1_500);
            writer.commit();
            append(writer, 1_500, 1_600);
            writer.commit();
        }
        var files = new TreeMap<String, byte[]>();
        try (var all = Files.walk(folder.resolve("tree"))) {
            for (var file : all.filter(Files::isRegularFile).toList()) {
                files.put(
                        folder.resolve("tree").relativize(file).toString(),
                        Files.readAllBytes(file));
            }
        }

        assertThat(files).containsExactlyEntriesOf(memory.files());
    }

    private static List<Integer> partialsAfterCommits(Partials kept) throws IOException {
        var store = new MapTiles();
        var writer = TileWriter.open(store, kept);
        for (int size = 0; size < 40; size += 10) {
            append(writer, size, size + 10);
            writer.commit();
        }
        var widths =
                store.files().keySet().stream()
                        .filter(path -> path.startsWith("tile/0/000.p/"))
                        .map(path -> Integer.parseInt(path.substring(path.lastIndexOf('/') + 1)))
                        .sorted()
                        .toList();
        append(writer, 40, 256);
        writer.commit();
        assertThat(store.files()).doesNotContainKeys("tile/0/000.p/40").containsKey("tile/0/000");
        return widths;
    }

    private static Partials any(Random random) {
        return random.nextBoolean() ? Partials.ALL : Partials.NEWEST;
    }

    private static void append(TileWriter writer, int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            writer.append(entry(i));
        }
    }

    private static byte[] entry(int i) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(i).array();
    }

    private static byte[] flipped(byte[] whole) {
        var flipped = whole.clone();
        flipped[flipped.length / 2] ^= 1;
        return flipped;
    }
}
