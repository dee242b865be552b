package dev.millrace.bench.reads;

import dev.millrace.bench.report.Machine;
import dev.millrace.bench.report.Markdown;
import dev.millrace.bench.report.Median;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// What a run of `bench run reads` found.
///
/// @param command that was typed
/// @param rounds what each side did in each
/// @param parts CPU microseconds of the site for a row that is read, by part, the dearest first
record ReadsReport(
        String command,
        Machine machine,
        Servers.Load load,
        List<Map<Side, Sample>> rounds,
        Map<String, Double> parts) {

    /// What the ratio of a row to that of the bare route is to reach.
    static final double AIM = 0.4;

    ReadsReport {
        rounds = List.copyOf(rounds);
    }

    String markdown() {
        var text = new Markdown(command, machine);
        text.line(
                "Medians of %d rounds; %d tasks with an output of %d bytes, pages of %d; %d requests under way at most, %.0f/s calmly.",
                rounds.size(),
                load.tasks(),
                load.payloadBytes(),
                load.pageRows(),
                load.inFlight(),
                load.calmPerSecond());
        text.line("");
        text.line(
                "| who answers | with | requests/s | p50 ms | p99 | CPU µs a request | load's CPU | calm p50 ms | calm p99 | failed |");
        text.line("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|");
        for (var side : Side.values()) {
            text.line(
                    "| %s | %s | %.0f | %.1f | %.1f | %.0f | %.0f %% | %.2f | %.2f | %.0f |",
                    side.server(),
                    side.what(),
                    median(side, Sample::requestsPerSecond),
                    median(side, sample -> sample.most().latencies().p50()),
                    median(side, sample -> sample.most().latencies().p99()),
                    median(side, Sample::cpuMicros),
                    median(side, sample -> 100 * sample.loadCpuSeconds() / sample.most().seconds()),
                    median(side, sample -> sample.calm().p50()),
                    median(side, sample -> sample.calm().p99()),
                    median(side, Sample::failed));
        }
        text.line("");
        ratio(text, Side.SITE_ROW, Side.BARE_ROW);
        ratio(text, Side.SITE_PAGE, Side.BARE_PAGE);
        double row = ratio(Side.SITE_ROW, Side.BARE_ROW);
        text.line(
                "- The aim of %.1f of the bare route's requests/s for a task is %s.",
                AIM, row >= AIM ? "met" : "missed");
        text.line("");
        text.line("| part of the site | CPU µs for a task | share |");
        text.line("|---|---:|---:|");
        double all = parts.values().stream().mapToDouble(part -> part).sum();
        parts.forEach((part, micros) ->
                text.line("| %s | %.1f | %.0f %% |", part, micros, 100 * micros / all));
        return text.toString();
    }

    private void ratio(Markdown text, Side ours, Side theirs) {
        text.line(
                "- %s, gateway : bare route: **%.2f** of its requests/s (rounds: %s); %.2f of its requests per CPU second; %.1f times its p99, calmly %.1f times.",
                ours.what(),
                ratio(ours, theirs),
                rounds.stream()
                        .map(round ->
                                sample(round, ours).requestsPerSecond()
                                        / sample(round, theirs).requestsPerSecond())
                        .map(ratio -> String.format(Locale.ROOT, "%.2f", ratio))
                        .collect(Collectors.joining(", ")),
                median(theirs, Sample::cpuMicros) / median(ours, Sample::cpuMicros),
                median(ours, sample -> sample.most().latencies().p99())
                        / median(theirs, sample -> sample.most().latencies().p99()),
                median(ours, sample -> sample.calm().p99())
                        / median(theirs, sample -> sample.calm().p99()));
    }

    /// One side's median requests/s over the other's.
    double ratio(Side ours, Side theirs) {
        return median(ours, Sample::requestsPerSecond) / median(theirs, Sample::requestsPerSecond);
    }

    private double median(Side side, ToDoubleFunction<Sample> of) {
        return Median.of(rounds, round -> of.applyAsDouble(sample(round, side)));
    }

    private static Sample sample(Map<Side, Sample> round, Side side) {
        return Objects.requireNonNull(round.get(side));
    }
}
