package dev.millrace.streams.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.streams.simulation.Seams;
import dev.millrace.streams.simulation.Trace;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TaskEngineTest {

    private static final int SEEDS = Integer.getInteger("seeds", 2_000);

    /// With `-Dseed=…` that seed alone, with `-Dseeds=…` so many, from 1 on.
    @Test
    void everyRuleHoldsWhateverGoesWrong() {
        var only = Long.getLong("seed");
        long began = System.nanoTime();
        var seeds = only == null ? LongStream.rangeClosed(1, SEEDS) : LongStream.of(only);
        long count = seeds.peek(seed -> requireSound(seed, Seams::none)).count();
        System.out.printf(
                "Task engine: %,d seeds in %.1f s%n", count, (System.nanoTime() - began) / 1e9);
    }

    private static void requireSound(long seed, Supplier<Seams> seams) {
        var violations = Checker.violations(seed, seams.get(), Trace.none());
        if (!violations.isEmpty()) {
            var trace = Trace.kept();
            Checker.violations(seed, seams.get(), trace);
            var first = violations.getFirst();
            assertThat(violations)
                    .as(
                            "seed %d; again with: ./mvnw -Dquick -DskipTests=false -pl streams -am test"
                                    + " -Dsurefire.failIfNoSpecifiedTests=false -Dtest=TaskEngineTest"
                                    + " -Dseed=%d%n%s%n",
                            seed, seed, trace.of(first.task()))
                    .isEmpty();
        }
    }
}
