package dev.millrace.bench.capacity;

import dev.millrace.bench.report.Machine;
import dev.millrace.bench.report.Markdown;
import dev.millrace.bench.report.Median;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// What a run of `bench run capacity` found.
///
/// @param command that was typed
record CapacityReport(
        String command, Machine machine, CapacityRound.Load load, List<CapacityRound> rounds) {

    private static final double MIB = 1 << 20;

    CapacityReport {
        rounds = List.copyOf(rounds);
    }

    String markdown() {
        var text = new Markdown(command, machine);
        text.line(
                "Medians of %d rounds; %,d open tasks with an input of %d bytes, submitted in batches of %d, %d under way.",
                rounds.size(), load.open(), load.payloadBytes(), load.batch(), load.inFlight());
        running(text);
        filling(text);
        disk(text);
        starts(text);
        return text.toString();
    }

    private void running(Markdown text) {
        text.line("");
        text.line("| open tasks | 0 | %,d | ratio |", load.open());
        text.line("|---|---:|---:|---:|");
        held(text, "in RAM MiB", CapacityRound.Held::residentMiB);
        held(text, "live heap MiB", CapacityRound.Held::liveHeapMiB);
        held(text, "a fresh task p50 ms", held -> held.fresh().latencies().p50());
        held(text, "p99 ms", held -> held.fresh().latencies().p99());
        text.line(
                "| failed | %.0f | %.0f | |",
                of(round -> round.empty().fresh().failed()),
                of(round -> round.full().fresh().failed()));
    }

    private void held(Markdown text, String name, ToDoubleFunction<CapacityRound.Held> what) {
        double empty = of(round -> what.applyAsDouble(round.empty()));
        double full = of(round -> what.applyAsDouble(round.full()));
        text.line("| %s | %.1f | %.1f | %.2f |", name, empty, full, full / empty);
    }

    private void filling(Markdown text) {
        text.line("");
        text.line(
                "Submitted in %.0f s: %.0f tasks/s. The views had them %.1f s later. Refused and submitted again: %.0f.",
                of(round -> round.fill().seconds()),
                of(round -> round.fill().perSecond()),
                of(round -> round.fill().viewsLaterSeconds()),
                of(round -> round.fill().refused()));
        text.line("");
        int tenths = rounds.getFirst().fill().perSecondByTenth().size();
        var head = new StringBuilder("| tenth of the way |");
        var row = new StringBuilder("| tasks/s |");
        for (int i = 0; i < tenths; i++) {
            int tenth = i;
            head.append(" ").append(tenth + 1).append(" |");
            row.append(
                    String.format(
                            Locale.ROOT,
                            " %.0f |",
                            of(round -> round.fill().perSecondByTenth().get(tenth))));
        }
        text.line("%s", head);
        text.line("|---|%s", "---:|".repeat(tenths));
        text.line("%s", row);
    }

    private void disk(Markdown text) {
        text.line("");
        text.line("| on the disk, after a stop | MiB | bytes per open task |");
        text.line("|---|---:|---:|");
        disk(text, "`decide`'s stores", DiskUse::stores);
        disk(text, "`decide`'s changelogs", DiskUse::changelogs);
        disk(text, "all of the site", DiskUse::all);
    }

    private void disk(Markdown text, String name, ToDoubleFunction<DiskUse> what) {
        double mib = of(round -> what.applyAsDouble(round.disk()));
        text.line("| %s | %.0f | %.0f |", name, mib, mib * MIB / load.open());
    }

    private void starts(Markdown text) {
        text.line("");
        text.line(
                "| start | ready after s | first tasks done s later | in RAM MiB | live heap MiB |");
        text.line("|---|---:|---:|---:|---:|");
        start(text, "with its stores", CapacityRound::kept);
        start(text, "`decide`'s stores deleted", CapacityRound::restored);
        text.line("");
        text.line("The stop before took %.1f s.", of(CapacityRound::stopSeconds));
    }

    private void start(
            Markdown text, String name, Function<CapacityRound, CapacityRound.Start> which) {
        text.line(
                "| %s | %.1f | %.1f | %.0f | %.0f |",
                name,
                of(round -> which.apply(round).readySeconds()),
                of(round -> which.apply(round).firstTaskSeconds()),
                of(round -> which.apply(round).residentMiB()),
                of(round -> which.apply(round).liveHeapMiB()));
    }

    private double of(ToDoubleFunction<CapacityRound> what) {
        return Median.of(rounds, what);
    }
}
