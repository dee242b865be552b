package dev.millrace.bench.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.load.Latencies;
import dev.millrace.bench.report.Machine;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is concluded from rounds.
class StreamsReportTest {

    private static final Machine MACHINE =
            new Machine(
                    "2026-11-27T12:00:00Z", "abc", 2, "cpu", 1024, "Linux", "JVM", List.of(), 0);

    private static FanOut fanOut(int clients, double p99, double perSecond) {
        return new FanOut(
                clients,
                new Latencies(10, 8, 7, 9, p99, 50, 60),
                new Latencies(10, 2, 1, 3, 4.2, 5, 6),
                2 * clients,
                perSecond,
                11,
                5,
                900,
                0);
    }

    @Test
    void itIsHeldAgainstOneClientAndWhatWasPublishedElsewhere() {
        var report =
                new StreamsReport(
                        "./millrace bench run streams",
                        MACHINE,
                        new FanOut.Load(3_000, 2, 15, 500, 1),
                        List.of(
                                new StreamsReport.Round(
                                        fanOut(1, 20, 500), fanOut(3_000, 42, 54_550))));

        assertThat(report.markdown())
                .contains("2026-11-27T12:00:00Z, commit `abc`: `./millrace bench run streams`")
                .contains("| 1 | 2 | 7.0 | 20.0 | 60.0 | 4.2 | 500 | 11.0 | 5.0 | 900 | 0 |")
                .contains("| 3000 | 6000 | 7.0 | 42.0 | 60.0 | 4.2 | 54550 |")
                .contains("3000 clients : 1, calmly: 2.1 times its p99 (rounds: 2.1)")
                .contains("**10.00** times as many at most, and calmly **2.00** times the p99")
                .contains("0.20 times from the first client on");
    }
}
