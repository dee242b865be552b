package dev.millrace.bench.tasks;

import dev.millrace.bench.report.Machine;
import dev.millrace.bench.report.Markdown;
import dev.millrace.bench.report.Median;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// What a run of `bench run tasks` found.
record TasksReport(String command, Machine machine, EngineRun.Load load, List<Round> rounds) {

    TasksReport {
        rounds = List.copyOf(rounds);
    }

    /// One round.
    ///
    /// @param pipe the ceiling
    /// @param restate null if it was not measured
    record Round(EngineRun millrace, EngineRun pipe, @Nullable EngineRun restate) {}

    String markdown() {
        var text = new Markdown(command, machine);
        text.line(
                "Medians of %d rounds. Calm: %.0f tasks/s; loaded: %.0f steps/s; saturated: %d tasks under way.",
                rounds.size(), load.calmRate(), load.loadedRate(), load.inFlight());
        durability(text, "Millrace", rounds.getFirst().millrace());
        durability(text, "the pipe", rounds.getFirst().pipe());
        var restate = rounds.getFirst().restate();
        if (restate != null) {
            durability(text, "Restate", restate);
        }
        text.line("");
        text.line(
                "| engine | steps | calm p50 ms | p99 | loaded p50 | p99 | saturated tasks/s | p99 ms | tasks per CPU s | in RAM MiB | failed |");
        text.line("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        var ours = rounds.stream().map(Round::millrace).toList();
        rows(text, "Millrace", ours);
        var pipes = rounds.stream().map(Round::pipe).toList();
        rows(text, "bare pipe", pipes);
        var theirs = rounds.stream().map(Round::restate).filter(Objects::nonNull).toList();
        if (!theirs.isEmpty()) {
            rows(text, "Restate", theirs);
        }
        ratios(text, "the pipe", ours, pipes);
        if (!theirs.isEmpty()) {
            ratios(text, "Restate", ours, theirs);
        }
        parts(text, ours);
        return text.toString();
    }

    /// Where the CPU time of a task of one step goes, by the round with the median cost.
    private static void parts(Markdown text, List<EngineRun> ours) {
        var sorted =
                ours.stream()
                        .map(run -> run.one().saturated())
                        .sorted(Comparator.comparingDouble(EngineRun.Saturated::perCpuSecond))
                        .toList();
        var median = sorted.get(sorted.size() / 2);
        text.line("");
        text.line("| part of the site | CPU ms per task of one step | share |");
        text.line("|---|---:|---:|");
        median.cpuByPart()
                .forEach((part, seconds) ->
                        text.line(
                                "| %s | %.3f | %.0f %% |",
                                part,
                                1_000 * seconds / median.tasks(),
                                100 * seconds / median.cpuSeconds()));
    }

    private static void durability(Markdown text, String name, EngineRun run) {
        text.line("When it is told, a result of %s is %s.", name, run.durability());
    }

    private static void rows(Markdown text, String name, List<EngineRun> runs) {
        row(text, name, "1", runs, EngineRun::one);
        row(text, name, "3", runs, EngineRun::three);
    }

    private static void row(
            Markdown text,
            String name,
            String steps,
            List<EngineRun> runs,
            Function<EngineRun, EngineRun.Steps> of) {
        text.line(
                "| %s | %s | %.1f | %.1f | %.1f | %.1f | %.0f | %.0f | %.0f | %.0f | %.0f |",
                name,
                steps,
                Median.of(runs, run -> of.apply(run).calm().p50()),
                Median.of(runs, run -> of.apply(run).calm().p99()),
                Median.of(runs, run -> of.apply(run).loaded().p50()),
                Median.of(runs, run -> of.apply(run).loaded().p99()),
                Median.of(runs, run -> of.apply(run).saturated().perSecond()),
                Median.of(runs, run -> of.apply(run).saturated().latencies().p99()),
                Median.of(runs, run -> of.apply(run).saturated().perCpuSecond()),
                Median.of(runs, EngineRun::residentMiB),
                Median.of(
                        runs, run -> of.apply(run).failed() + of.apply(run).saturated().failed()));
    }

    private static void ratios(
            Markdown text, String to, List<EngineRun> ours, List<EngineRun> theirs) {
        ratios(text, to, "1", ours, theirs, EngineRun::one);
        ratios(text, to, "3", ours, theirs, EngineRun::three);
    }

    private static void ratios(
            Markdown text,
            String to,
            String steps,
            List<EngineRun> ours,
            List<EngineRun> theirs,
            Function<EngineRun, EngineRun.Steps> of) {
        text.line(
                "| ratio to %s | %s | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | |",
                to,
                steps,
                ratio(ours, theirs, run -> of.apply(run).calm().p50()),
                ratio(ours, theirs, run -> of.apply(run).calm().p99()),
                ratio(ours, theirs, run -> of.apply(run).loaded().p50()),
                ratio(ours, theirs, run -> of.apply(run).loaded().p99()),
                ratio(ours, theirs, run -> of.apply(run).saturated().perSecond()),
                ratio(ours, theirs, run -> of.apply(run).saturated().latencies().p99()),
                ratio(ours, theirs, run -> of.apply(run).saturated().perCpuSecond()),
                ratio(ours, theirs, EngineRun::residentMiB));
    }

    private static double ratio(
            List<EngineRun> ours, List<EngineRun> theirs, ToDoubleFunction<EngineRun> of) {
        return Median.of(ours, of) / Median.of(theirs, of);
    }
}
