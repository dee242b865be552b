package dev.millrace.streams.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.task.Lifecycle;
import dev.millrace.domain.task.TaskDecider;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskEvent.Reason;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.TaskState.Stage;
import dev.millrace.streams.simulation.Run;
import dev.millrace.streams.simulation.Seams;
import dev.millrace.streams.simulation.Simulation;
import dev.millrace.streams.simulation.Trace;
import java.util.EnumSet;
import java.util.HashSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

class TaskEngineTest {

    private static final int SEEDS = Integer.getInteger("seeds", 2_000);
    private static final int FURTHER_SEEDS = 30_000;
    private static final int SEEDS_OF_EVERYTHING = 500;

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
                "Task engine: seeds %,d to %,d in %.1f s%n",
                first, last, (System.nanoTime() - began) / 1e9);
    }

    private static void requireSound(long seed) {
        var violations = Checker.violations(seed, Seams.none(), Trace.none());
        if (violations.isEmpty()) {
            return;
        }
        var trace = Trace.kept();
        Checker.violations(seed, Seams.none(), trace);
        assertThat(violations)
                .as(
                        """
                        seed %d; again with ./mvnw -Dquick -DskipTests=false -pl streams -am test \
                        -Dsurefire.failIfNoSpecifiedTests=false -Dtest=TaskEngineTest -Dseed=%d
                        %s
                        """,
                        seed, seed, trace.of(violations.getFirst().task()))
                .isEmpty();
    }

    @Test
    void sameSeedIsTheSameToTheLastRecord() {
        for (long seed = 1; seed <= 20; seed++) {
            var once = Trace.kept();
            var again = Trace.kept();
            run(seed, once);
            run(seed, again);

            assertThat(again.of(null)).as("seed %d", seed).isEqualTo(once.of(null)).isNotEmpty();
        }
    }

    /// What does not happen here is not held to any rule.
    @Test
    @DisabledIfSystemProperty(named = "seed", matches = ".+")
    void everythingThatCanHappenToATaskHappens() {
        var steps = new HashSet<Lifecycle>();
        var reasons = EnumSet.noneOf(Reason.class);
        for (long seed = 1; seed <= SEEDS_OF_EVERYTHING; seed++) {
            for (var of : History.of(run(seed, Trace.none())).steps().values()) {
                TaskState before = null;
                for (var step : of) {
                    var after = TaskDecider.evolve(before, step.event());
                    if (step.event() instanceof TaskEvent.Refused refused) {
                        reasons.add(refused.reason());
                    } else {
                        var from = before == null ? Stage.ABSENT : before.stage();
                        steps.add(new Lifecycle(from, step.event().type(), after.stage()));
                    }
                    before = after;
                }
            }
        }
        assertThat(steps).containsExactlyInAnyOrderElementsOf(Lifecycle.STEPS);
        // Each watch is answered once, and nobody else settles: nothing is settled that is not due.
        var impossible = EnumSet.of(Reason.UNKNOWN_KIND, Reason.OTHER, Reason.NO_DEPENDENCY);
        assertThat(reasons).containsExactlyInAnyOrderElementsOf(EnumSet.complementOf(impossible));
    }

    private static Run run(long seed, Trace trace) {
        return Simulation.run(seed, Seams.none(), trace, (_, _, _) -> {});
    }
}
