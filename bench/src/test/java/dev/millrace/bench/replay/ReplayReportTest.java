package dev.millrace.bench.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.report.Machine;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is concluded from rounds.
class ReplayReportTest {

    private static final Machine MACHINE =
            new Machine(
                    "2026-11-27T12:00:00Z", "abc", 2, "cpu", 1024, "Linux", "JVM", List.of(), 0);

    private static Map<Side, Pass> round(double replaySeconds, double siteSeconds) {
        var round = new EnumMap<Side, Pass>(Side.class);
        round.put(Side.BARE, new Pass(100_000, 1, 0.9));
        round.put(Side.REPLAY, new Pass(100_000, replaySeconds, 2));
        round.put(Side.SITE, new Pass(100_000, siteSeconds, 4));
        return round;
    }

    private static String markdown(List<Map<Side, Pass>> rounds) {
        return new ReplayReport("./millrace bench run replay", MACHINE, 50_000, 2, rounds)
                .markdown();
    }

    @Test
    void ratiosAreThoseOfTheMedians() {
        assertThat(markdown(List.of(round(2, 4), round(1.25, 5), round(4, 2.5))))
                .contains("2026-11-27T12:00:00Z, commit `abc`: `./millrace bench run replay`")
                .contains("| bare consumer that decodes | 100000 | 1.00 | 9.0 |")
                .contains("| replay of `tasks`, in the same process | 50000 | 2.00 | 20.0 |")
                .contains("in the same process : bare consumer: **0.50** of its events/s (rounds:")
                .contains("in the site : bare consumer: **0.25** of its events/s (rounds: 0.25,")
                .contains("The aim of 0.8 of the bare consumer's events/s is missed.");
    }

    @Test
    void theAimIsMetIfBothWaysMeetIt() {
        assertThat(markdown(List.of(round(1, 1.2)))).contains("events/s is met.");
        assertThat(markdown(List.of(round(1, 1.3)))).contains("events/s is missed.");
    }
}
