package dev.millrace.bench.streams;

import dev.millrace.bench.report.Machine;
import dev.millrace.bench.report.Markdown;
import dev.millrace.bench.report.Median;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// What a run of `bench run streams` found.
///
/// @param command that was typed
record StreamsReport(String command, Machine machine, FanOut.Load load, List<Round> rounds) {

    /* Published elsewhere, of another machine and another gateway: a place to start from. */
    private static final double ANCHOR_PER_SECOND = 5_455;
    private static final double ANCHOR_P99_MILLIS = 21;

    StreamsReport {
        rounds = List.copyOf(rounds);
    }

    /// One client alone, and then all of them.
    record Round(FanOut one, FanOut all) {}

    String markdown() {
        var text = new Markdown(command, machine);
        text.line(
                "Medians of %d rounds. Gateway and clients share the machine. Calmly %.0f events/s for %d s; then %d events at once.",
                rounds.size(), load.perSecond(), load.seconds(), load.burst());
        text.line("");
        text.line(
                "| clients | calm deliveries/s | p50 ms | p99 | max | after the first client, p99 ms | at most deliveries/s | site's CPU µs | clients' CPU µs | in RAM MiB | missing |");
        text.line("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        row(text, Round::one);
        row(text, Round::all);
        text.line("");
        text.line(
                "- %d clients : 1, calmly: %.1f times its p99 (rounds: %s).",
                load.clients(),
                median(round -> round.all().calm().p99())
                        / median(round -> round.one().calm().p99()),
                rounds.stream()
                        .map(round -> round.all().calm().p99() / round.one().calm().p99())
                        .map(ratio -> String.format(Locale.ROOT, "%.1f", ratio))
                        .collect(Collectors.joining(", ")));
        text.line(
                "- Published elsewhere: %.0f events/s with a p99 of %.0f ms. Here **%.2f** times as many at most, and calmly **%.2f** times the p99, all of the way from a task's submission included; %.2f times from the first client on.",
                ANCHOR_PER_SECOND,
                ANCHOR_P99_MILLIS,
                median(round -> round.all().perSecond()) / ANCHOR_PER_SECOND,
                median(round -> round.all().calm().p99()) / ANCHOR_P99_MILLIS,
                median(round -> round.all().spread().p99()) / ANCHOR_P99_MILLIS);
        return text.toString();
    }

    private void row(Markdown text, Function<Round, FanOut> of) {
        text.line(
                "| %.0f | %.0f | %.1f | %.1f | %.1f | %.1f | %.0f | %.1f | %.1f | %.0f | %.0f |",
                median(round -> of.apply(round).clients()),
                median(round -> of.apply(round).calmPerSecond()),
                median(round -> of.apply(round).calm().p50()),
                median(round -> of.apply(round).calm().p99()),
                median(round -> of.apply(round).calm().max()),
                median(round -> of.apply(round).spread().p99()),
                median(round -> of.apply(round).perSecond()),
                median(round -> of.apply(round).cpuMicros()),
                median(round -> of.apply(round).loadCpuMicros()),
                median(round -> of.apply(round).residentMiB()),
                median(round -> of.apply(round).missing()));
    }

    private double median(ToDoubleFunction<Round> of) {
        return Median.of(rounds, of);
    }
}
