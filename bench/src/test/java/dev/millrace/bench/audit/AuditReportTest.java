package dev.millrace.bench.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.load.Latencies;
import dev.millrace.bench.report.Machine;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is concluded from rounds.
class AuditReportTest {

    private static final Machine MACHINE =
            new Machine(
                    "2026-11-27T12:00:00Z", "abc", 2, "cpu", 1024, "Linux", "JVM", List.of(), 0);

    private static Round round(double treeSeconds) {
        return new Round(
                new Follower.Pass(100_000, 1, 0.5),
                new Follower.Pass(100_000, treeSeconds, 1),
                new Round.Producing(50_000, latencies(4), 0),
                new Round.Producing(45_000, latencies(5), 0));
    }

    private static Latencies latencies(double p99) {
        return new Latencies(100, 1, 1, 2, p99, 9, 9);
    }

    private static String markdown(double treeSeconds, double proofMillis) {
        return new AuditReport(
                        "./millrace bench run audit",
                        MACHINE,
                        new Round.Load(100_000, 400, 5, 2_000, 1),
                        List.of(round(treeSeconds), round(treeSeconds), round(9)),
                        new Proofs(10_000_000, 90_000, latencies(proofMillis), 24, 103.1, 110.2))
                .markdown();
    }

    @Test
    void everyRatioIsPrinted() {
        assertThat(markdown(1.25, 4))
                .contains("2026-11-27T12:00:00Z, commit `abc`: `./millrace bench run audit`")
                .contains("| consumer that does nothing | 100000 | 5.0 |")
                .contains("| trees, durable | 80000 | 10.0 |")
                .contains("| alone | 50000 | 1.00 | 4.00 | 0 |")
                .contains("| 10000000 | 90000 | 1.00 | 4.00 | 9.00 | 24 | 103.1 | 110.2 |")
                .contains(
                        "trees : consumer: **0.80** of its records/s (rounds: 0.80, 0.80, 0.11);"
                                + " the aim of 0.8 is met.")
                .contains("beside : alone: **0.90** of the records/s (rounds: 0.90, 0.90, 0.90)")
                .contains("**1.25** times the calm p99")
                .contains("proofs: p99 of 4.00 ms; the aim of 5 ms is met.");
    }

    @Test
    void aimsThatAreMissedAreSaidToBe() {
        assertThat(markdown(1.3, 5.1))
                .contains("the aim of 0.8 is missed.")
                .contains("the aim of 5 ms is missed.");
    }
}
