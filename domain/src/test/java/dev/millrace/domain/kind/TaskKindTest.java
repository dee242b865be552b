package dev.millrace.domain.kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.domain.task.Retries;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TaskKindTest {

    @Test
    void namesAreWordsJoinedByDots() {
        for (var name : List.of("a", "a9-", "image.resize", "a.b.c-d", "a".repeat(64))) {
            assertThat(TaskKind.isName(name)).as(name).isTrue();
        }
        for (var name :
                List.of("", "A", "9a", "-a", "a.", ".a", "a..b", "a.9", "ä", "a b", "a\n")) {
            assertThat(TaskKind.isName(name)).as(name).isFalse();
        }
        assertThat(TaskKind.isName("a".repeat(65))).isFalse();
    }

    @Test
    void whatIsOutOfItsRangeIsRefusedByItsName() {
        refused(() -> Kinds.kind("Resize", 1), "name: Resize (expected: ");
        refused(() -> Kinds.kind("a", 0), "version: 0 (expected: >= 1)");
        refused(() -> Kinds.kind("a", 1, "d".repeat(1_025)), "description: 1025 characters (");
        refused(
                () -> kind("é".repeat(32_769), null, 30_000, null, Set.of()),
                "input_schema: 65538");
        refused(() -> kind(null, "x".repeat(65_537), 30_000, null, Set.of()), "output_schema: 65");
        refused(() -> kind(null, null, 999, null, Set.of()), "lease: PT0.999S (expected: PT1S..");
        refused(() -> kind(null, null, 3_600_001, null, Set.of()), "lease: PT1H0.001S (");
        refused(() -> kind(null, null, 30_000, Duration.ZERO, Set.of()), "timeout: PT0S (");
        refused(() -> kind(null, null, 30_000, Duration.ofDays(31), Set.of()), "timeout: PT744H (");
        refused(() -> kind(null, null, 30_000, null, Set.of("Öl")), "submitters: [Öl] (");
        var many = IntStream.range(0, 17).mapToObj(i -> "r" + i).collect(Collectors.toSet());
        refused(() -> kind(null, null, 30_000, null, many), "submitters: [");
    }

    @Test
    void timesAreWholeMilliseconds() {
        var kind = kind(null, null, 30_000, Duration.ofNanos(1_500_000_001L), Set.of());

        assertThat(kind.timeout()).isEqualTo(Duration.ofMillis(1_500));
    }

    @Test
    void builtInKindsAreNamedAndOnlyIngestIsDoneInHouse() {
        assertThat(BuiltInKinds.ALL)
                .extracting(TaskKind::name)
                .containsExactly("echo", "embed", "http", "ingest")
                .allMatch(BuiltInKinds::isBuiltIn);
        assertThat(BuiltInKinds.ALL)
                .extracting(TaskKind::name)
                .filteredOn(BuiltInKinds::isInHouse)
                .containsExactly("ingest");
        assertThat(BuiltInKinds.isBuiltIn("resize")).isFalse();
    }

    private static TaskKind kind(
            @Nullable String input,
            @Nullable String output,
            long leaseMillis,
            @Nullable Duration timeout,
            Set<String> submitters) {
        return new TaskKind(
                "resize",
                1,
                "",
                input,
                output,
                Retries.DEFAULT,
                Duration.ofMillis(leaseMillis),
                timeout,
                submitters,
                Set.of());
    }

    private static void refused(ThrowingCallable making, String message) {
        assertThatIllegalArgumentException().isThrownBy(making).withMessageStartingWith(message);
    }
}
