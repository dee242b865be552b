package dev.millrace.inference.hashing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SignTableTest {

    private static final int ROWS = SignTable.BUCKETS;
    private static final int COLUMNS = SignTable.DIMENSIONS;

    private final float[] table = table();

    @Test
    void holdsSignsOnlyAndAsManyOfEach() {
        int sum = 0;
        int others = 0;
        for (float sign : table) {
            sum += (int) sign;
            others += Math.abs(sign) == 1f ? 0 : 1;
        }

        assertThat(others).isZero();
        // Five standard deviations of a fair coin.
        assertThat(Math.abs(sum)).isLessThan((int) (5 * Math.sqrt(table.length)));
    }

    @Test
    void keepsRowsNearlyOrthogonal() {
        var random = new SplittableRandom(7);
        for (int pair = 0; pair < 1_000; pair++) {
            int a = random.nextInt(ROWS);
            int b = (a + 1 + random.nextInt(ROWS - 1)) % ROWS;
            float dot = 0;
            for (int i = 0; i < COLUMNS; i++) {
                dot += table[a * COLUMNS + i] * table[b * COLUMNS + i];
            }

            assertThat(Math.abs(dot) / COLUMNS).as("rows %d and %d", a, b).isLessThan(0.3f);
        }
    }

    @Test
    void hashesEverythingToAnOrdinaryRow() {
        var buckets =
                LongStream.range(0, 500_000).mapToInt(SignTable::bucketOf).summaryStatistics();

        assertThat(buckets.getMin()).isEqualTo(1);
        assertThat(buckets.getMax()).isEqualTo(ROWS - 1);
    }

    private static float[] table() {
        var buffer = FloatBuffer.allocate(ROWS * COLUMNS);
        SignTable.fill(buffer);
        assertThat(buffer.hasRemaining()).isFalse();
        return buffer.array();
    }
}
