package dev.millrace.streams.simulation.views.planted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.millrace.streams.simulation.Trace;
import dev.millrace.streams.simulation.views.ViewsLoad;
import dev.millrace.streams.simulation.views.check.ViewRule;
import dev.millrace.streams.simulation.views.check.ViewsChecker;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ViewBugTest {

    /// Each is found by then; most are found by the first few.
    private static final int MOST_SEEDS = 300;

    @TestFactory
    Stream<DynamicTest> everyBugIsFoundByTheRuleThatItBreaks() {
        return Stream.of(ViewBug.values())
                .map(bug -> dynamicTest(bug.name(), () -> requireFound(bug)));
    }

    private static void requireFound(ViewBug bug) {
        var broken = EnumSet.noneOf(ViewRule.class);
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

    private static Set<ViewRule> broken(long seed, ViewBug bug) {
        var broken = EnumSet.noneOf(ViewRule.class);
        for (var violation :
                ViewsChecker.violations(seed, bug.plant(), ViewsLoad.FEW, Trace.none())) {
            broken.add(violation.rule());
        }
        return broken;
    }

    @Test
    void everyRuleIsBrokenByABug() {
        assertThat(Stream.of(ViewBug.values()).map(ViewBug::rule).distinct())
                .containsExactlyInAnyOrder(ViewRule.values());
    }
}
