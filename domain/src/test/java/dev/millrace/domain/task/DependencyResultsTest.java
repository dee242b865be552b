package dev.millrace.domain.task;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.task.TaskState.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DependencyResultsTest {

    private static final Content BLOB = new Content.Stored(Digest.of("x"), 1L << 40);

    @Test
    void whatFitsIsHandedOnWholeAndInOrder() {
        var known = List.of(succeeded(1, text(3)), ended(2, Stage.FAILED), succeeded(3, BLOB));

        assertThat(DependencyResults.of(3, known)).isEqualTo(new DependencyResults(known, true));
        assertThat(DependencyResults.of(0, List.of())).isEqualTo(DependencyResults.NONE);
    }

    @Test
    void aResultThatIsNotKnownIsMissing() {
        assertThat(DependencyResults.of(2, List.of(succeeded(1, text(3)))).isComplete()).isFalse();
        assertThat(DependencyResults.of(1, List.of(ended(1, Stage.SUCCEEDED))).isComplete())
                .isFalse();
    }

    @Test
    void whatFindsNoRoomIsLeftOutAndWhatFindsSomeIsNot() {
        var largest = text(DependencyResult.MOST_OUTPUT_BYTES);
        var known = new ArrayList<DependencyResult>();
        int full = DependencyResults.MOST_BYTES / DependencyResult.MOST_OUTPUT_BYTES;
        for (int i = 0; i < full - 1; i++) {
            known.add(succeeded(i, largest));
        }
        known.add(succeeded(97, text(100)));
        known.add(succeeded(98, largest));
        known.add(succeeded(99, BLOB));

        var handed = DependencyResults.of(known.size(), known);

        assertThat(handed.isComplete()).isFalse();
        assertThat(handed.each()).hasSize(full + 2);
        assertThat(handed.each().get(full - 1).output()).isEqualTo(text(100));
        assertThat(handed.each().get(full)).isEqualTo(ended(98, Stage.SUCCEEDED));
        assertThat(handed.each().getLast().output()).isEqualTo(BLOB);
    }

    @Test
    void boundsHoldWhateverIsKnown() {
        for (long seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            var known = known(random);
            int named = known.size() + random.nextInt(2);

            var handed = DependencyResults.of(named, known);

            assertThat(handed.each()).hasSizeLessThanOrEqualTo(DependencyResults.MOST);
            assertThat(bytes(handed)).isLessThanOrEqualTo(DependencyResults.MOST_BYTES);
            assertThat(handed.isComplete())
                    .as("seed %d", seed)
                    .isEqualTo(handed.each().equals(known) && named == known.size() && all(known));
            for (int i = 0; i < handed.each().size(); i++) {
                assertThat(handed.each().get(i)).isIn(known.get(i), known.get(i).withoutOutput());
            }
        }
    }

    @Test
    void onlyLargeTextsInsideTheLogAreNotPassedOn() {
        int most = DependencyResult.MOST_OUTPUT_BYTES;

        assertThat(DependencyResult.passedOn(text(most))).isEqualTo(text(most));
        assertThat(DependencyResult.passedOn(text(most + 1))).isNull();
        assertThat(DependencyResult.passedOn(new Content.Inline("é".repeat(most / 2 + 1))))
                .as("bytes count, not characters")
                .isNull();
        assertThat(DependencyResult.passedOn(BLOB)).isEqualTo(BLOB);
    }

    @Test
    void aLargeOutputIsNotPassedOnToManyAtOnce() {
        var large = text(DependencyResult.MOST_OUTPUT_BYTES);

        assertThat(DependencyResult.toldAtOnce(large, 1_024)).isEqualTo(large);
        assertThat(DependencyResult.toldAtOnce(large, 1_025)).isNull();
        assertThat(DependencyResult.toldAtOnce(text(838), TaskCommand.MOST_DEPENDENCIES))
                .isEqualTo(text(838));
        assertThat(DependencyResult.toldAtOnce(BLOB, Integer.MAX_VALUE)).isEqualTo(BLOB);
        assertThat(DependencyResult.toldAtOnce(null, 1)).isNull();
    }

    private static boolean all(List<DependencyResult> known) {
        return known.stream().allMatch(DependencyResult::isWhole);
    }

    private static int bytes(DependencyResults handed) {
        return handed.each().stream()
                .mapToInt(one ->
                        one.output() instanceof Content.Inline(String text)
                                ? text.getBytes(UTF_8).length
                                : 0)
                .sum();
    }

    private static List<DependencyResult> known(Random random) {
        var known = new ArrayList<DependencyResult>();
        int most = random.nextBoolean() ? 20 : 120;
        for (int i = random.nextInt(most); i > 0; i--) {
            known.add(
                    switch (random.nextInt(8)) {
                        case 0 -> ended(i, Stage.FAILED);
                        case 1 -> succeeded(i, BLOB);
                        case 2 ->
                                random.nextInt(20) == 0
                                        ? ended(i, Stage.SUCCEEDED)
                                        : ended(i, Stage.ABSENT);
                        default ->
                                succeeded(
                                        i,
                                        text(random.nextInt(DependencyResult.MOST_OUTPUT_BYTES)));
                    });
        }
        return known;
    }

    private static DependencyResult succeeded(int task, Content output) {
        return new DependencyResult(id(task), Stage.SUCCEEDED, output);
    }

    private static DependencyResult ended(int task, Stage end) {
        return new DependencyResult(id(task), end, null);
    }

    private static TaskId id(int task) {
        return new TaskId(new UUID(0x0190_0000_0000_7000L, task));
    }

    private static Content text(int bytes) {
        return new Content.Inline("x".repeat(bytes));
    }
}
