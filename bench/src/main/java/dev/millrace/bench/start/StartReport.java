package dev.millrace.bench.start;

import dev.millrace.bench.report.Machine;
import dev.millrace.bench.report.Markdown;
import dev.millrace.bench.report.Median;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/// What a run of `bench run start` found.
///
/// @param command that was typed
/// @param starts by what was there before: `empty folder`, `after a stop`, `after a kill`
/// @param memory committed by the JVM, in MiB, by what for, as its native memory tracking tells
public record StartReport(
        String command,
        Machine machine,
        int rounds,
        int documents,
        Map<String, List<Start>> starts,
        Map<String, Double> memory) {

    /// One start.
    ///
    /// @param readySeconds from the start of the process until it was ready
    /// @param modelSeconds from then until the model was loaded
    /// @param steps how long its parts took, side by side
    /// @param residentMiB in RAM when all was loaded
    /// @param liveHeapMiB of that, Java objects that are in use
    /// @param cpuSeconds until all was loaded
    record Start(
            double readySeconds,
            double modelSeconds,
            Map<String, Double> steps,
            double residentMiB,
            double liveHeapMiB,
            double cpuSeconds) {}

    String markdown() {
        var text = new Markdown(command, machine);
        text.line("Medians of %d rounds; %d documents in the folder.", rounds, documents);
        text.line("");
        text.line("| start | ready after s | model s later | CPU s | in RAM MiB | live heap MiB |");
        text.line("|---|---:|---:|---:|---:|---:|");
        starts.forEach((state, of) ->
                text.line(
                        "| %s | %.1f | %.1f | %.1f | %.0f | %.0f |",
                        state,
                        Median.of(of, Start::readySeconds),
                        Median.of(of, Start::modelSeconds),
                        Median.of(of, Start::cpuSeconds),
                        Median.of(of, Start::residentMiB),
                        Median.of(of, Start::liveHeapMiB)));
        text.line("");
        text.line(
                "| part, s (they start side by side) | %s |", String.join(" | ", starts.keySet()));
        text.line("|---|%s", "---:|".repeat(starts.size()));
        for (var part : parts()) {
            var row = new StringBuilder("| " + part + " |");
            starts.values()
                    .forEach(of ->
                            row.append(
                                    String.format(
                                            Locale.ROOT,
                                            " %.1f |",
                                            Median.of(
                                                    of,
                                                    one -> one.steps().getOrDefault(part, 0.0)))));
            text.line("%s", row);
        }
        if (!memory.isEmpty()) {
            text.line("");
            text.line("| memory committed by the JVM for | MiB |");
            text.line("|---|---:|");
            memory.forEach((what, size) -> text.line("| %s | %.0f |", what, size));
        }
        return text.toString();
    }

    private Iterable<String> parts() {
        var costs = new LinkedHashMap<String, Double>();
        var names = new TreeSet<String>();
        starts.values().forEach(of -> of.forEach(one -> names.addAll(one.steps().keySet())));
        for (var name : names) {
            costs.put(
                    name,
                    starts.values().stream()
                            .mapToDouble(
                                    of -> Median.of(of, one -> one.steps().getOrDefault(name, 0.0)))
                            .max()
                            .orElse(0));
        }
        return costs.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .map(Map.Entry::getKey)
                .toList();
    }
}
