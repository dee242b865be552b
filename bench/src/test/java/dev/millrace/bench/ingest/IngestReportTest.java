package dev.millrace.bench.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.bench.ingest.IngestReport.Round;
import dev.millrace.bench.report.Machine;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is concluded from rounds.
class IngestReportTest {

    private static final Machine MACHINE =
            new Machine(
                    "2026-11-26T12:00:00Z", "abc", 2, "cpu", 1024, "Linux", "JVM", List.of(), 0);

    private static Round round(double siteSeconds, double indexSeconds) {
        return new Round(
                new SiteRound(
                        new Rate(1_000, siteSeconds, 8),
                        200,
                        1_000_000,
                        1,
                        0,
                        0.5,
                        600,
                        Map.of("index", 3.0, "broker", 5.0),
                        List.of()),
                new Ceilings(
                        new Rate(1_000, 0.5, 1),
                        new Rate(1_000, 0.1, 0.2),
                        new Rate(1_000, indexSeconds, 0.8)));
    }

    @Test
    void theRatioIsThatOfTheMediansToTheLowestCeiling() {
        var summary =
                IngestReport.summary(2, List.of(round(4, 1), round(2, 1.25), round(100, 1.1)));

        assertThat(summary.lowestCeiling()).isEqualTo("index alone");
        assertThat(summary.chunksPerSecond()).containsEntry("site", 250.0);
        assertThat(summary.ratio()).isCloseTo(250 * 1.1 / 1_000, within(1e-9));
        assertThat(summary.ratios()).hasSize(3);
    }

    @Test
    void theSharedCeilingIsAllCoresForAllThree() {
        var summary = IngestReport.summary(2, List.of(round(4, 1)));

        // 2 s of CPU time a second, 2 s for each 1,000 chunks.
        assertThat(summary.sharedCeiling()).isCloseTo(1_000, within(1e-9));
        assertThat(summary.sharedRatio()).isCloseTo(0.25, within(1e-9));
        assertThat(summary.cpuPerThousandByPart().keySet()).containsExactly("broker", "index");
    }

    @Test
    void theTableSaysHowItWasMade() {
        var report =
                IngestReport.of(
                        "./millrace bench run ingest --rounds 1",
                        MACHINE,
                        new Workload(1, 200, 0, 16),
                        List.of(round(4, 1)),
                        null);

        assertThat(report.markdown())
                .contains("2026-11-26T12:00:00Z, commit `abc`: `./millrace bench run ingest")
                .contains("| site | 250 | 8.00 |")
                .contains("Ratio to the lowest ceiling (index alone): **0.25**")
                .contains("| broker | 5.00 | 63 % |");
    }
}
