package dev.millrace.streams.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CompletionTest {

    @Test
    void documentIsWholeOnceAllExpectedChunksAreSearchable() {
        var cut = Completion.NOTHING.expecting(3);

        assertThat(Completion.NOTHING.holding(3).isWhole()).isFalse();
        assertThat(cut.holding(2).isWhole()).isFalse();
        assertThat(cut.holding(3).isWhole()).isTrue();
        assertThat(cut.holding(3).holding(1).isWhole()).isTrue();
    }

    @Test
    void anyCompletionSurvivesTheStore() {
        for (long seed = 0; seed < 1_000; seed++) {
            var random = new SplittableRandom(seed);
            var completion =
                    new Completion(
                            random.nextInt(Integer.MAX_VALUE), random.nextInt(Integer.MAX_VALUE));

            assertThat(Completion.unpacked(completion.packed()))
                    .as("seed %d", seed)
                    .isEqualTo(completion);
        }
    }
}
