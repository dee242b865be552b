package dev.millrace.bench.audit;

import dev.millrace.bench.load.Latencies;
import dev.millrace.domain.audit.Leaf;
import dev.millrace.domain.audit.LeafSearch;
import dev.millrace.domain.audit.tree.Hash;
import dev.millrace.domain.audit.tree.TileFolder;
import dev.millrace.domain.audit.tree.TileReader;
import dev.millrace.domain.audit.tree.TileWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/// Proofs out of one large tree.
///
/// @param leaves of the tree
/// @param leavesPerSecond at which it was made, all of it durable
/// @param found how long it took to find a record by its offset, and to prove that it is there;
///   each by a reader that has nothing in memory, as for each bundle of evidence
/// @param longest the most hashes of a proof
/// @param bytesPerLeaf of all files
/// @param diskBytesPerLeaf the same in blocks of 4 KiB
record Proofs(
        long leaves,
        double leavesPerSecond,
        Latencies found,
        int longest,
        double bytesPerLeaf,
        double diskBytesPerLeaf) {

    /// What the 99th percentile is to stay within, in ms.
    static final double AIM_MILLIS = 5;

    private static final int COMMIT_EVERY = 100_000;
    private static final int CACHED_TILES = 64;
    private static final long BLOCK = 4096;
    private static final UUID TOPIC = new UUID(1, 1);

    /// Makes a tree, and proofs of records that are drawn.
    ///
    /// @param folder for the tree; empty
    /// @param proofs how many are measured; a tenth as many go before
    static Proofs measure(Path folder, long leaves, int proofs, long seed) throws IOException {
        long began = System.nanoTime();
        grow(folder, leaves, new Random(seed));
        double seconds = (System.nanoTime() - began) / 1e9;
        var random = new Random(seed);
        var micros = new ArrayList<Long>();
        int longest = 0;
        for (int i = -proofs / 10; i < proofs; i++) {
            long offset = random.nextLong(leaves);
            long from = System.nanoTime();
            var proof = prove(folder, offset);
            if (i >= 0) {
                micros.add((System.nanoTime() - from) / 1_000);
                longest = Math.max(longest, proof.size());
            }
        }
        var sizes = sizes(folder);
        return new Proofs(
                leaves,
                leaves / seconds,
                Latencies.of(micros),
                longest,
                (double) sizes.stream().mapToLong(size -> size).sum() / leaves,
                (double) sizes.stream().mapToLong(Proofs::onDisk).sum() / leaves);
    }

    private static void grow(Path folder, long leaves, Random random) throws IOException {
        var tree = TileWriter.open(new TileFolder(folder), TileWriter.Partials.NEWEST);
        var content = new byte[Hash.BYTES];
        for (long i = 0; i < leaves; i++) {
            random.nextBytes(content);
            var _ = tree.append(new Leaf(TOPIC, 0, i, i, Hash.of(content)).encode());
            if (i % COMMIT_EVERY == COMMIT_EVERY - 1) {
                var _ = tree.commit();
            }
        }
        var _ = tree.commit();
    }

    private static List<Hash> prove(Path folder, long offset) throws IOException {
        var tree = new TileReader(new TileFolder(folder), CACHED_TILES);
        long size = tree.head().size();
        long index = new LeafSearch(tree, size).indexFrom(offset);
        return tree.inclusion(index, size);
    }

    private static List<Long> sizes(Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).map(Proofs::size).toList();
        } catch (UncheckedIOException unreadable) {
            throw unreadable.getCause();
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static long onDisk(long size) {
        return (size + BLOCK - 1) / BLOCK * BLOCK;
    }
}
