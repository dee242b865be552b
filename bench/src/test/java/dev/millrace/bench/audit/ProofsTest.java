package dev.millrace.bench.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Proofs out of a tree that is small enough for a test.
class ProofsTest {

    @Test
    void aTreeOfTwoThousandLeavesHasProofsOfElevenHashes(@TempDir Path folder) throws IOException {
        var proofs = Proofs.measure(folder, 2_000, 200, 1);

        assertThat(proofs.leaves()).isEqualTo(2_000);
        assertThat(proofs.longest()).isEqualTo(11);
        assertThat(proofs.found().count()).isEqualTo(200);
        // The entry of 69 bytes with its length, and a hash, beside the levels above.
        assertThat(proofs.bytesPerLeaf()).isBetween(103.0, 104.0);
        assertThat(proofs.diskBytesPerLeaf()).isGreaterThan(proofs.bytesPerLeaf());
    }
}
