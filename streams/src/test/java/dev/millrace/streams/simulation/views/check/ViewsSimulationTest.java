package dev.millrace.streams.simulation.views.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.streams.simulation.Trace;
import dev.millrace.streams.simulation.views.ViewSeams;
import dev.millrace.streams.simulation.views.ViewsLoad;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

class ViewsSimulationTest {

    private static final int SEEDS = Integer.getInteger("seeds", 500);
    private static final int FURTHER_SEEDS = 700;
    private static final int SEEDS_OF_EVERYTHING = 40;

    /// With `-Dseed=…` that seed alone, with `-Dseeds=…` so many, from 1 on.
    @Test
    void everyRuleHoldsWhateverGoesWrong() {
        var only = Long.getLong("seed");
        if (only == null) {
            requireSound(1, SEEDS);
        } else {
            requireSound(only, only);
        }
    }

    @Test
    @Tag("full")
    @DisabledIfSystemProperty(named = "seed", matches = ".+")
    void everyRuleHoldsForManySeeds() {
        requireSound(SEEDS + 1, SEEDS + FURTHER_SEEDS);
    }

    private static void requireSound(long first, long last) {
        long began = System.nanoTime();
        for (long seed = first; seed <= last; seed++) {
            requireSound(seed);
        }
        System.out.printf(
                "Views: seeds %,d to %,d in %.1f s%n",
                first, last, (System.nanoTime() - began) / 1e9);
    }

    private static void requireSound(long seed) {
        var violations = run(seed, Trace.none()).violations();
        if (violations.isEmpty()) {
            return;
        }
        var trace = Trace.kept();
        run(seed, trace);
        assertThat(violations)
                .as(
                        """
                        seed %d; again with ./mvnw -Dquick -DskipTests=false -pl streams -am test \
                        -Dsurefire.failIfNoSpecifiedTests=false -Dtest=ViewsSimulationTest -Dseed=%d
                        %s
                        """,
                        seed, seed, trace.of(null))
                .isEmpty();
    }

    @Test
    void sameSeedIsTheSameToTheLastRead() {
        for (long seed = 1; seed <= 10; seed++) {
            var once = Trace.kept();
            var again = Trace.kept();
            var first = run(seed, once);
            var second = run(seed, again);

            assertThat(again.of(null)).as("seed %d", seed).isEqualTo(once.of(null)).isNotEmpty();
            assertThat(second.answered()).isEqualTo(first.answered());
        }
    }

    /// What does not happen here is not held to any rule.
    @Test
    @DisabledIfSystemProperty(named = "seed", matches = ".+")
    void readsMeetAllThatCanHappenToThem() {
        int answered = 0;
        int refusals = 0;
        int unavailable = 0;
        int looks = 0;
        for (long seed = 1; seed <= SEEDS_OF_EVERYTHING; seed++) {
            var run = run(seed, Trace.none());
            answered += run.answered();
            refusals += run.refusals();
            unavailable += run.unavailable();
            looks += run.looks();
        }
        assertThat(answered).as("reads").isGreaterThan(10 * SEEDS_OF_EVERYTHING);
        assertThat(refusals).as("of refusals").isGreaterThan(SEEDS_OF_EVERYTHING);
        assertThat(unavailable).as("told that it is being moved").isPositive();
        assertThat(looks).as("looks at stores").isGreaterThan(10 * SEEDS_OF_EVERYTHING);
    }

    private static ViewsChecker run(long seed, Trace trace) {
        return ViewsChecker.run(seed, ViewSeams.none(), ViewsLoad.FEW, trace);
    }
}
