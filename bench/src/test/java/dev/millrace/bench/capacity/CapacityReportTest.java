package dev.millrace.bench.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.load.Latencies;
import dev.millrace.bench.report.Machine;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is said of a site with many open tasks.
class CapacityReportTest {

    private static final Machine MACHINE =
            new Machine(
                    "2026-11-26T12:00:00Z", "abc", 2, "cpu", 1024, "Linux", "JVM", List.of(), 0);

    private static CapacityRound.Held held(double liveHeapMiB, double millis) {
        var latencies = new Latencies(400, millis, millis, millis, 2 * millis, millis, millis);
        return new CapacityRound.Held(1_000, liveHeapMiB, new Fresh(latencies, 0, List.of()));
    }

    @Test
    void whatGrowsIsToldAsARatioAndATask() {
        var round =
                new CapacityRound(
                        held(100, 20),
                        new Fill(
                                1_048_576, 500, 3, 1.5, List.of(new Fill.Progress(500, 1_048_576))),
                        held(150, 30),
                        7,
                        new DiskUse(400, 600, 5_000),
                        new CapacityRound.Start(9, 0.5, 900, 110),
                        new CapacityRound.Start(40, 0.6, 950, 111));
        var report =
                new CapacityReport(
                        "./millrace bench run capacity --open 1048576",
                        MACHINE,
                        new CapacityRound.Load(1_048_576, 100, 100, 16, 20, 20, 20, 1),
                        List.of(round));

        assertThat(report.markdown())
                .contains("commit `abc`: `./millrace bench run capacity --open 1048576`")
                .contains("| open tasks | 0 | 1,048,576 | ratio |")
                .contains("| live heap MiB | 100.0 | 150.0 | 1.50 |")
                .contains("| p99 ms | 40.0 | 60.0 | 1.50 |")
                .contains("Submitted in 500 s: 2097 tasks/s. The views had them 1.5 s later.")
                .contains("| `decide`'s changelogs | 600 | 600 |")
                .contains("| with its stores | 9.0 | 0.5 | 900 | 110 |")
                .contains("| `decide`'s stores deleted | 40.0 | 0.6 | 950 | 111 |");
    }
}
