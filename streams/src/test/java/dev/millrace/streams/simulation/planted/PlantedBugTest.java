package dev.millrace.streams.simulation.planted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.millrace.streams.simulation.Trace;
import dev.millrace.streams.simulation.check.Checker;
import dev.millrace.streams.simulation.check.Rule;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class PlantedBugTest {

    /// Each is found by then; most are found by the first few.
    private static final int MOST_SEEDS = 500;

    @TestFactory
    Stream<DynamicTest> everyBugIsFoundByTheRuleThatItBreaks() {
        return Stream.of(PlantedBug.values())
                .map(bug -> dynamicTest(bug.name(), () -> requireFound(bug)));
    }

    private static void requireFound(PlantedBug bug) {
        var broken = EnumSet.noneOf(Rule.class);
        long seed = 0;
        while (!broken.contains(bug.rule()) && seed < MOST_SEEDS) {
            seed++;
            broken.addAll(broken(seed, bug));
        }
        System.out.printf("Planted %s: seed %d, %s%n", bug, seed, broken);
        assertThat(broken)
                .as("the rules that %s breaks in %d seeds", bug, seed)
                .contains(bug.rule());
    }

    private static Set<Rule> broken(long seed, PlantedBug bug) {
        var broken = EnumSet.noneOf(Rule.class);
        for (var violation : Checker.violations(seed, bug.plant(), Trace.none())) {
            broken.add(violation.rule());
        }
        return broken;
    }

    @Test
    void everyRuleIsBrokenByABug() {
        assertThat(Stream.of(PlantedBug.values()).map(PlantedBug::rule).distinct())
                .containsExactlyInAnyOrder(Rule.values());
    }
}
