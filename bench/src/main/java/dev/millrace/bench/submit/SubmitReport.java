package dev.millrace.bench.submit;

import dev.millrace.bench.report.Machine;
import dev.millrace.bench.report.Markdown;
import dev.millrace.bench.report.Median;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// What a run of `bench run submit` found.
///
/// @param command that was typed
/// @param rounds what each side did in each; all of them have the same sides
record SubmitReport(
        String command, Machine machine, Round.Load load, List<Map<Side, Sample>> rounds) {

    SubmitReport {
        rounds = List.copyOf(rounds);
    }

    String markdown() {
        var text = new Markdown(command, machine);
        text.line(
                "Medians of %d rounds; records of %d bytes; %d requests of one under way, or %d of %d.",
                rounds.size(),
                load.payloadBytes(),
                load.inFlight(),
                load.batchesInFlight(),
                load.batch());
        text.line("");
        text.line(
                "| what | records a request | requests/s | records/s | p50 ms | p99 | requests per CPU s | load's CPU | in RAM MiB | failed |");
        text.line("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        for (var side : Side.values()) {
            var samples = samples(side);
            if (!samples.isEmpty()) {
                row(text, side, samples);
            }
        }
        text.line("");
        ratio(text, Side.SITE, Side.BRIDGE);
        ratio(text, Side.SITE_AND_WORK, Side.BRIDGE);
        ratio(text, Side.SITE_BATCHES, Side.BRIDGE_BATCHES);
        ratio(text, Side.SITE_BATCHES, Side.PRODUCER);
        ratio(text, Side.SITE_BATCHES, Side.PRODUCER_AT_MOST);
        return text.toString();
    }

    private static void row(Markdown text, Side side, List<Sample> samples) {
        text.line(
                "| %s | %d | %.0f | %.0f | %.1f | %.1f | %.0f | %.0f %% | %.0f | %.0f |",
                side.text(),
                samples.getFirst().perRequest(),
                Median.of(samples, Sample::requestsPerSecond),
                Median.of(samples, Sample::recordsPerSecond),
                Median.of(samples, sample -> sample.latencies().p50()),
                Median.of(samples, sample -> sample.latencies().p99()),
                Median.of(samples, Sample::requestsPerCpuSecond),
                Median.of(samples, sample -> 100 * sample.loadCpuSeconds() / sample.seconds()),
                Median.of(samples, Sample::residentMiB),
                Median.of(samples, Sample::failed));
    }

    private void ratio(Markdown text, Side ours, Side theirs) {
        if (samples(theirs).isEmpty()) {
            return;
        }
        text.line(
                "- %s : %s, %d a request: **%.3f** of its records/s (rounds: %s), **%.3f** of its requests per CPU second.",
                ours.text(),
                theirs.text(),
                samples(ours).getFirst().perRequest(),
                ratio(ours, theirs, Sample::recordsPerSecond),
                rounds.stream()
                        .map(round ->
                                sample(round, ours).recordsPerSecond()
                                        / sample(round, theirs).recordsPerSecond())
                        .map(ratio -> String.format(Locale.ROOT, "%.3f", ratio))
                        .collect(Collectors.joining(", ")),
                ratio(ours, theirs, Sample::requestsPerCpuSecond));
    }

    /// One side's median over the other's.
    double ratio(Side ours, Side theirs, ToDoubleFunction<Sample> of) {
        return Median.of(samples(ours), of) / Median.of(samples(theirs), of);
    }

    private static Sample sample(Map<Side, Sample> round, Side side) {
        return Objects.requireNonNull(round.get(side));
    }

    private List<Sample> samples(Side side) {
        return rounds.stream().map(round -> round.get(side)).filter(Objects::nonNull).toList();
    }
}
