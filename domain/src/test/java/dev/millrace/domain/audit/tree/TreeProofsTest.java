package dev.millrace.domain.audit.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TreeProofsTest {

    private static final int LARGEST = 260;
    private static final TreeHasher HASHER = new TreeHasher();

    /// The entries that Certificate Transparency's implementations have as their common example,
    /// and the root after each.
    private static final List<String> ENTRIES =
            List.of(
                    "",
                    "00",
                    "10",
                    "2021",
                    "3031",
                    "40414243",
                    "5051525354555657",
                    "606162636465666768696a6b6c6d6e6f");

    private static final List<String> ROOTS =
            List.of(
                    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

    @Test
    void rootsAreThoseThatOthersHave() throws IOException {
        var entries = ENTRIES.stream().map(HexFormat.of()::parseHex).toList();
        for (int size = 1; size <= ROOTS.size(); size++) {
            var first = entries.subList(0, size);

            assertThat(NaiveTree.root(first)).hasToString(ROOTS.get(size - 1));
            assertThat(new TreeProofs(subtrees(first)).root(size)).hasToString(ROOTS.get(size - 1));
        }
        assertThat(TreeHasher.EMPTY)
                .hasToString("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
                .isEqualTo(new TreeProofs(subtrees(List.of())).root(0));
    }

    @Test
    void everyLeafOfEverySizeIsProvedAsTheRfcProvesIt() throws IOException {
        var entries = entries(LARGEST);
        var proofs = new TreeProofs(subtrees(entries));
        for (int size = 1; size <= LARGEST; size++) {
            var tree = entries.subList(0, size);
            var root = proofs.root(size);
            assertThat(root).isEqualTo(NaiveTree.root(tree));
            for (int index = 0; index < size; index += 1 + size / 16) {
                var proof = proofs.inclusion(index, size);

                assertThat(proof).isEqualTo(NaiveTree.path(index, tree));
                assertThat(ProofCheck.includes(leaf(tree, index), index, size, proof, root))
                        .as("leaf %d of %d", index, size)
                        .isTrue();
            }
        }
    }

    @Test
    void everySizeIsProvedToContinueEverySmallerOneAsTheRfcProvesIt() throws IOException {
        var entries = entries(LARGEST);
        var proofs = new TreeProofs(subtrees(entries));
        for (int size = 0; size <= LARGEST; size++) {
            var root = proofs.root(size);
            for (int former = 0; former <= size; former += 1 + size / 16) {
                var proof = proofs.consistency(former, size);

                if (former > 0) {
                    assertThat(proof).isEqualTo(NaiveTree.proof(former, entries.subList(0, size)));
                }
                assertThat(ProofCheck.continues(former, proofs.root(former), size, root, proof))
                        .as("%d to %d", former, size)
                        .isTrue();
            }
        }
    }

    @Test
    void proofOfAnythingElseIsRefused() throws IOException {
        var entries = entries(LARGEST);
        var proofs = new TreeProofs(subtrees(entries));
        for (long seed = 0; seed < 2_000; seed++) {
            var random = new Random(seed);
            int size = 2 + random.nextInt(LARGEST - 1);
            int index = random.nextInt(size);
            int former = 1 + random.nextInt(size - 1);
            var leaf = leaf(entries, index);
            var root = proofs.root(size);
            var formerRoot = proofs.root(former);
            var inclusion = proofs.inclusion(index, size);
            var consistency = proofs.consistency(former, size);
            var wrongInclusion = changed(inclusion, random);
            var wrongConsistency = changed(consistency, random);
            int other = (index + 1 + random.nextInt(size - 1)) % size;

            assertThat(
                            List.of(
                                    ProofCheck.includes(leaf, index, size, wrongInclusion, root),
                                    ProofCheck.includes(leaf, other, size, inclusion, root),
                                    ProofCheck.includes(
                                            flipped(leaf), index, size, inclusion, root),
                                    ProofCheck.includes(
                                            leaf, index, size, inclusion, flipped(root)),
                                    ProofCheck.includes(leaf, -1, size, inclusion, root),
                                    ProofCheck.includes(leaf, size, size, inclusion, root),
                                    ProofCheck.continues(
                                            former, formerRoot, size, root, wrongConsistency),
                                    ProofCheck.continues(
                                            former, flipped(formerRoot), size, root, consistency),
                                    ProofCheck.continues(
                                            former, formerRoot, size, flipped(root), consistency),
                                    ProofCheck.continues(
                                            size, root, former, formerRoot, consistency),
                                    ProofCheck.continues(-1, formerRoot, size, root, consistency)))
                    .as("seed %d: leaf %d, former %d, size %d", seed, index, former, size)
                    .doesNotContain(true);
        }
    }

    /// An inner node can never pass for a leaf.
    @Test
    void nodeIsNoLeaf() throws IOException {
        var entries = entries(4);
        var proofs = new TreeProofs(subtrees(entries));
        var left = proofs.root(2);
        var proof = proofs.inclusion(0, 4);

        assertThat(ProofCheck.includes(left, 0, 2, proof.subList(1, 2), proofs.root(4))).isTrue();
        assertThat(ProofCheck.includes(left, 0, 4, proof.subList(1, 2), proofs.root(4))).isFalse();
        assertThat(HASHER.leaf(join(leaf(entries, 0), leaf(entries, 1)))).isNotEqualTo(left);
    }

    @Test
    void whatTheTreeDoesNotHaveIsNotProved() {
        var proofs = new TreeProofs(subtrees(entries(3)));

        assertThatIllegalArgumentException().isThrownBy(() -> proofs.inclusion(3, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> proofs.inclusion(-1, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> proofs.consistency(4, 3));
    }

    static List<byte[]> entries(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> ByteBuffer.allocate(Integer.BYTES).putInt(i).array())
                .toList();
    }

    private static Hash leaf(List<byte[]> entries, int index) {
        return HASHER.leaf(entries.get(index));
    }

    private static Subtrees subtrees(List<byte[]> entries) {
        return (height, index) -> {
            int count = 1 << height;
            int first = (int) index * count;
            return NaiveTree.root(entries.subList(first, first + count));
        };
    }

    private static List<Hash> changed(List<Hash> proof, Random random) {
        var changed = new ArrayList<>(proof);
        int at = random.nextInt(proof.size());
        switch (random.nextInt(4)) {
            case 0 -> changed.remove(at);
            case 1 -> changed.add(at, proof.get(at));
            case 2 -> changed.add(Hash.NONE);
            default -> changed.set(at, flipped(proof.get(at)));
        }
        return changed;
    }

    private static Hash flipped(Hash hash) {
        var bytes = hash.toArray();
        bytes[7] ^= 4;
        return Hash.of(bytes);
    }

    private static byte[] join(Hash left, Hash right) {
        return ByteBuffer.allocate(2 * Hash.BYTES).put(left.toArray()).put(right.toArray()).array();
    }
}
