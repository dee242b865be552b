package dev.millrace.bench.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.load.Latencies;
import dev.millrace.bench.report.Machine;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is concluded from rounds.
class TasksReportTest {

    private static final Machine MACHINE =
            new Machine(
                    "2026-11-26T12:00:00Z", "abc", 2, "cpu", 1024, "Linux", "JVM", List.of(), 0);

    private static final EngineRun.Load LOAD = new EngineRun.Load(20, 300, 128, 20, 20, 1);

    private static final String COMMAND = "./millrace bench run tasks --rounds 3";

    private static EngineRun run(double millis, double perSecond) {
        var latencies = new Latencies(400, millis, millis, millis, 2 * millis, millis, millis);
        var steps =
                new EngineRun.Steps(
                        latencies,
                        latencies,
                        0,
                        new EngineRun.Saturated(
                                perSecond,
                                10,
                                (int) (10 * perSecond),
                                1,
                                latencies,
                                Map.of("broker", 5.0)));
        return new EngineRun("in memory", steps, steps, 512);
    }

    @Test
    void ratiosAreThoseOfTheMedians() {
        var report =
                new TasksReport(
                        COMMAND,
                        MACHINE,
                        LOAD,
                        List.of(
                                new TasksReport.Round(run(10, 900), run(2, 6_000), run(5, 300)),
                                new TasksReport.Round(run(90, 100), run(2, 6_000), run(5, 300)),
                                new TasksReport.Round(run(12, 600), run(2, 6_000), run(5, 300))));

        assertThat(report.markdown())
                .contains(
                        "2026-11-26T12:00:00Z, commit `abc`: `./millrace bench run tasks --rounds 3`")
                .contains("| Millrace | 1 | 12.0 | 24.0 |")
                .contains("| Restate | 3 | 5.0 | 10.0 |")
                .contains("| ratio to the pipe | 1 | 6.00 | 6.00 | 6.00 | 6.00 | 0.10 |")
                .contains(
                        "| ratio to Restate | 1 | 2.40 | 2.40 | 2.40 | 2.40 | 2.00 | 2.40 | 2.00 | 1.00 | |")
                .contains("| broker | 0.833 | 50 % |")
                .contains("When it is told, a result of Restate is in memory.");
    }

    @Test
    void withoutAPeerThereIsOnlyTheCeiling() {
        var report =
                new TasksReport(
                        COMMAND,
                        MACHINE,
                        LOAD,
                        List.of(new TasksReport.Round(run(10, 900), run(2, 4_500), null)));

        assertThat(report.markdown())
                .doesNotContain("Restate")
                .contains("| ratio to the pipe | 3 | 5.00 | 5.00 | 5.00 | 5.00 | 0.20 |");
    }
}
