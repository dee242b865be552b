package dev.millrace.bench.replay;

import dev.millrace.bench.report.Machine;
import dev.millrace.bench.report.Markdown;
import dev.millrace.bench.report.Median;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// What a run of `bench run replay` found.
///
/// @param command that was typed
/// @param tasks whose events are read
/// @param warmUp how often each side read them before
/// @param rounds what each side did in each
record ReplayReport(
        String command, Machine machine, int tasks, int warmUp, List<Map<Side, Pass>> rounds) {

    /// What the ratio of a replay to the bare consumer is to reach.
    static final double AIM = 0.8;

    ReplayReport {
        rounds = List.copyOf(rounds);
    }

    String markdown() {
        var text = new Markdown(command, machine);
        text.line(
                "Medians of %d rounds, after %d to warm up; the events of %d tasks: %.0f records.",
                rounds.size(), warmUp, tasks, median(Side.BARE, Pass::records));
        text.line("");
        text.line("| who reads | events/s | s | CPU µs an event |");
        text.line("|---|---:|---:|---:|");
        for (var side : Side.values()) {
            text.line(
                    "| %s | %.0f | %.2f | %.1f |",
                    side.text(),
                    median(side, Pass::perSecond),
                    median(side, Pass::seconds),
                    median(side, Pass::cpuMicros));
        }
        text.line("");
        ratio(text, Side.REPLAY);
        ratio(text, Side.SITE);
        text.line(
                "- The aim of %.1f of the bare consumer's events/s is %s.",
                AIM, ratio(Side.REPLAY) >= AIM && ratio(Side.SITE) >= AIM ? "met" : "missed");
        return text.toString();
    }

    private void ratio(Markdown text, Side side) {
        text.line(
                "- %s : bare consumer: **%.2f** of its events/s (rounds: %s).",
                side.text(),
                ratio(side),
                rounds.stream()
                        .map(round ->
                                pass(round, side).perSecond() / pass(round, Side.BARE).perSecond())
                        .map(ratio -> String.format(Locale.ROOT, "%.2f", ratio))
                        .collect(Collectors.joining(", ")));
    }

    /// A side's median events/s over the bare consumer's.
    double ratio(Side side) {
        return median(side, Pass::perSecond) / median(Side.BARE, Pass::perSecond);
    }

    private double median(Side side, ToDoubleFunction<Pass> of) {
        return Median.of(rounds, round -> of.applyAsDouble(pass(round, side)));
    }

    private static Pass pass(Map<Side, Pass> round, Side side) {
        return Objects.requireNonNull(round.get(side));
    }
}
