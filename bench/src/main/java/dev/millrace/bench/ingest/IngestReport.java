package dev.millrace.bench.ingest;

import dev.millrace.bench.load.Latencies;
import dev.millrace.bench.report.Machine;
import dev.millrace.bench.report.Markdown;
import dev.millrace.bench.report.Median;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a run of `bench run ingest` found: every round, and their medians.
///
/// @param latency at a part of the site's speed; null if it was not asked for
public record IngestReport(
        String command,
        Machine machine,
        Workload workload,
        List<Round> rounds,
        @Nullable LatencyRun latency,
        Summary summary) {

    /// One round: the site, then each ceiling, one after the other.
    record Round(SiteRound site, Ceilings ceilings) {}

    /// The medians of all rounds.
    ///
    /// @param chunksPerSecond by what was measured
    /// @param cpuPerThousand CPU seconds per 1,000 chunks, by what was measured
    /// @param lowestCeiling the slowest of the three alone
    /// @param ratio the site's speed over that of the lowest ceiling
    /// @param ratios the same of each round
    /// @param sharedCeiling chunks/s if the cores did nothing but what the three ceilings do
    /// @param sharedRatio the site's speed over that
    /// @param cpuPerThousandByPart CPU seconds per 1,000 chunks of each part of the site
    record Summary(
            Map<String, Double> chunksPerSecond,
            Map<String, Double> cpuPerThousand,
            String lowestCeiling,
            double ratio,
            List<Double> ratios,
            double sharedCeiling,
            double sharedRatio,
            Map<String, Double> cpuPerThousandByPart) {}

    private static final String SITE = "site";

    static IngestReport of(
            String command,
            Machine machine,
            Workload workload,
            List<Round> rounds,
            @Nullable LatencyRun latency) {
        return new IngestReport(
                command,
                machine,
                workload,
                List.copyOf(rounds),
                latency,
                summary(machine.cores(), rounds));
    }

    static Summary summary(int cores, List<Round> rounds) {
        var speeds = new LinkedHashMap<String, Double>();
        var costs = new LinkedHashMap<String, Double>();
        rates(rounds.getFirst())
                .keySet()
                .forEach(name -> {
                    speeds.put(
                            name, Median.of(rounds, round -> rate(round, name).chunksPerSecond()));
                    costs.put(name, Median.of(rounds, round -> rate(round, name).cpuPerThousand()));
                });
        var lowest =
                speeds.entrySet().stream()
                        .filter(one -> !one.getKey().equals(SITE))
                        .min(Map.Entry.comparingByValue())
                        .orElseThrow()
                        .getKey();
        double needed =
                costs.entrySet().stream()
                        .filter(one -> !one.getKey().equals(SITE))
                        .mapToDouble(Map.Entry::getValue)
                        .sum();
        double shared = 1_000 * cores / needed;
        double site = get(speeds, SITE);
        return new Summary(
                speeds,
                costs,
                lowest,
                site / get(speeds, lowest),
                rounds.stream()
                        .map(round ->
                                rate(round, SITE).chunksPerSecond()
                                        / rate(round, lowest).chunksPerSecond())
                        .toList(),
                shared,
                site / shared,
                byPart(rounds));
    }

    private static Map<String, Double> byPart(List<Round> rounds) {
        var parts = new TreeMap<String, Double>();
        for (var round : rounds) {
            round.site().cpuSecondsByPart().keySet().forEach(part -> parts.put(part, 0.0));
        }
        parts.replaceAll((part, _) ->
                Median.of(
                        rounds,
                        round ->
                                1_000
                                        * round.site().cpuSecondsByPart().getOrDefault(part, 0.0)
                                        / round.site().site().chunks()));
        var sorted = new LinkedHashMap<String, Double>();
        parts.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .forEach(part -> sorted.put(part.getKey(), part.getValue()));
        return sorted;
    }

    private static Map<String, Rate> rates(Round round) {
        var rates = new LinkedHashMap<String, Rate>();
        rates.put(SITE, round.site().site());
        rates.put("model alone", round.ceilings().model());
        rates.put("producer alone", round.ceilings().producer());
        rates.put("index alone", round.ceilings().index());
        return rates;
    }

    private static Rate rate(Round round, String name) {
        var rate = rates(round).get(name);
        if (rate == null) {
            throw new IllegalArgumentException("name: " + name);
        }
        return rate;
    }

    private static double get(Map<String, Double> numbers, String name) {
        return numbers.getOrDefault(name, 0.0);
    }

    /// The summary as Markdown, for people and for `docs/benchmarks.md`.
    String markdown() {
        var text = new Markdown(command, machine);
        var first = rounds.getFirst().site();
        text.line(
                "%d rounds of %,d documents: %,d chunks, %.1f MB of text; seed %d.",
                rounds.size(),
                first.documents(),
                first.site().chunks(),
                first.textBytes() / 1e6,
                workload.seed());
        text.line("");
        text.line("| what | chunks/s | CPU s per 1,000 chunks |");
        text.line("|---|---:|---:|");
        summary.chunksPerSecond()
                .forEach((name, speed) ->
                        text.line(
                                "| %s | %,.0f | %.2f |",
                                name, speed, get(summary.cpuPerThousand(), name)));
        text.line("");
        text.line(
                "Ratio to the lowest ceiling (%s): **%.2f** (rounds: %s).",
                summary.lowestCeiling(),
                summary.ratio(),
                String.join(", ", summary.ratios().stream().map(IngestReport::two).toList()));
        text.line(
                "All three on the same %d cores: at most %,.0f chunks/s, of which the site reaches"
                        + " %.2f.",
                machine.cores(), summary.sharedCeiling(), summary.sharedRatio());
        text.line("");
        text.line("| part of the site | CPU s per 1,000 chunks | share |");
        text.line("|---|---:|---:|");
        double all =
                summary.cpuPerThousandByPart().values().stream()
                        .mapToDouble(Double::doubleValue)
                        .sum();
        summary.cpuPerThousandByPart()
                .forEach((part, cost) -> {
                    if (cost >= all / 200) {
                        text.line("| %s | %.2f | %.0f %% |", part, cost, 100 * cost / all);
                    }
                });
        text.line(
                "| the load itself, beside it | %.2f | |",
                Median.of(
                        rounds,
                        round ->
                                1_000
                                        * round.site().loadCpuSeconds()
                                        / round.site().site().chunks()));
        if (latency != null) {
            text.line("");
            text.line("At %.1f documents/s by an open loop, in ms:", latency.documentsPerSecond());
            text.line("");
            text.line("| submission to | count | mean | p50 | p90 | p99 | p99.9 | max |");
            text.line("|---|---:|---:|---:|---:|---:|---:|---:|");
            row(text, "202", latency.accepted());
            row(text, "searchable", latency.searchable());
            row(text, "failure", latency.failed());
            text.line("");
            text.line(
                    "Refused, failed or unanswered, and in none of the rows above the last: %d.",
                    latency.failed().count());
        }
        return text.toString();
    }

    private static void row(Markdown text, String name, Latencies of) {
        text.line(
                "| %s | %d | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f |",
                name, of.count(), of.mean(), of.p50(), of.p90(), of.p99(), of.p999(), of.max());
    }

    private static String two(double number) {
        return String.format(Locale.ROOT, "%.2f", number);
    }
}
