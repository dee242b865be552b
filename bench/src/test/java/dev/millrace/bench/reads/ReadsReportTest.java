package dev.millrace.bench.reads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.load.ClosedLoop;
import dev.millrace.bench.load.Latencies;
import dev.millrace.bench.report.Machine;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is concluded from rounds.
class ReadsReportTest {

    private static final Machine MACHINE =
            new Machine(
                    "2026-11-27T12:00:00Z", "abc", 2, "cpu", 1024, "Linux", "JVM", List.of(), 0);

    private static final Servers.Load LOAD = new Servers.Load(10_000, 200, 50, 64, 5, 10, 500, 1);

    /// Ten seconds of one side.
    private static Sample sample(int good, double cpuSeconds, double p99) {
        var latencies = new Latencies(good, 2, 1, 3, p99, 9, 10);
        return new Sample(
                new ClosedLoop.Outcome(10, good, 0, latencies), cpuSeconds, 5, latencies, 1);
    }

    private static Map<Side, Sample> round(int rows) {
        var round = new EnumMap<Side, Sample>(Side.class);
        round.put(Side.SITE_ROW, sample(rows, 10, 8));
        round.put(Side.BARE_ROW, sample(500_000, 5, 2));
        round.put(Side.SITE_KNOWN, sample(rows, 10, 8));
        round.put(Side.SITE_PAGE, sample(20_000, 16, 20));
        round.put(Side.BARE_PAGE, sample(400_000, 5, 2));
        return round;
    }

    private static ReadsReport report(int... rows) {
        return new ReadsReport(
                "./millrace bench run reads",
                MACHINE,
                LOAD,
                Arrays.stream(rows).mapToObj(ReadsReportTest::round).toList(),
                Map.of("views", 30.0));
    }

    @Test
    void ratiosAreThoseOfTheMedians() {
        assertThat(report(250_000, 100_000, 300_000).markdown())
                .contains("2026-11-27T12:00:00Z, commit `abc`: `./millrace bench run reads`")
                .contains(
                        "| bare route | a task | 50000 | 1.0 | 2.0 | 10 | 50 % | 1.00 | 2.00 | 1 |")
                .contains(
                        "a task, gateway : bare route: **0.50** of its requests/s (rounds: 0.50,"
                                + " 0.20, 0.60); 0.25 of its requests per CPU second; 4.0 times its"
                                + " p99, calmly 4.0 times.")
                .contains("a page of tasks, gateway : bare route: **0.05** of its requests/s")
                .contains("| views | 30.0 | 100 % |")
                .contains("The aim of 0.4 of the bare route's requests/s for a task is met.");
    }

    @Test
    void anAimThatIsMissedIsSaidToBe() {
        assertThat(report(199_000).markdown()).contains("for a task is missed.");
    }
}
