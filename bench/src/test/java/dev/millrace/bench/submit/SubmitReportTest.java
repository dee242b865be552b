package dev.millrace.bench.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.bench.load.Latencies;
import dev.millrace.bench.report.Machine;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is concluded from rounds.
class SubmitReportTest {

    private static final Machine MACHINE =
            new Machine(
                    "2026-11-26T12:00:00Z", "abc", 2, "cpu", 1024, "Linux", "JVM", List.of(), 0);

    private static final Round.Load LOAD = new Round.Load(10, 5, 64, 100, 16, 1_000, 1);

    /// Ten seconds of one side.
    private static Sample sample(int perRequest, int good, double cpuSeconds) {
        return new Sample(
                perRequest,
                64,
                10,
                good,
                0,
                cpuSeconds,
                4,
                512,
                new Latencies(good, 8, 7, 9, 20, 30, 40));
    }

    private static Map<Side, Sample> round(int requests, int batches) {
        var round = new EnumMap<Side, Sample>(Side.class);
        round.put(Side.SITE, sample(1, requests, 10));
        round.put(Side.SITE_AND_WORK, sample(1, requests / 2, 10));
        round.put(Side.SITE_BATCHES, sample(100, batches, 10));
        round.put(Side.PRODUCER, sample(100, 4_000, 2));
        round.put(Side.PRODUCER_AT_MOST, sample(100, 8_000, 2));
        return round;
    }

    private static Map<Side, Sample> withBridge(int requests, int batches) {
        var round = round(requests, batches);
        round.put(Side.BRIDGE, sample(1, 20_000, 5));
        round.put(Side.BRIDGE_BATCHES, sample(100, 1_000, 5));
        return round;
    }

    @Test
    void ratiosAreThoseOfTheMedians() {
        var report =
                new SubmitReport(
                        "./millrace bench run submit",
                        MACHINE,
                        LOAD,
                        List.of(
                                withBridge(10_000, 500),
                                withBridge(1_000, 100),
                                withBridge(12_000, 600)));

        assertThat(report.ratio(Side.SITE, Side.BRIDGE, Sample::recordsPerSecond))
                .isCloseTo(0.5, within(1e-9));
        assertThat(report.markdown())
                .contains("2026-11-26T12:00:00Z, commit `abc`: `./millrace bench run submit`")
                .contains("| Strimzi's bridge | 1 | 2000 | 2000 | 7.0 | 20.0 | 4000 | 40 % |")
                .contains("| bare producer, at most | 100 | 800 | 80000 |")
                .contains(
                        "- site, to be done in a year : Strimzi's bridge, 1 a request: **0.500** of"
                                + " its records/s (rounds: 0.500, 0.050, 0.600), **0.250** of its"
                                + " requests per CPU second.")
                .contains("bare producer, as many under way, 100 a request: **0.125** of");
    }

    @Test
    void withoutABridgeThereAreNoRatiosToIt() {
        var report = new SubmitReport("c", MACHINE, LOAD, List.of(round(10_000, 500)));

        assertThat(report.markdown())
                .doesNotContain("Strimzi")
                .contains("bare producer, at most, 100 a request: **0.063** of");
    }

    @Test
    void recordsOfRequestsThatFailedAreNotNumberedAgain() {
        var half = new Sample(100, 16, 10, 3, 2, 1, 1, 1, new Latencies(3, 1, 1, 1, 1, 1, 1));

        assertThat(half.next(7)).isEqualTo(507);
        assertThat(half.recordsPerSecond()).isEqualTo(30);
    }
}
