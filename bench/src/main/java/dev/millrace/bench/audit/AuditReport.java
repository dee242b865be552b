package dev.millrace.bench.audit;

import dev.millrace.bench.report.Machine;
import dev.millrace.bench.report.Markdown;
import dev.millrace.bench.report.Median;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// What a run of `bench run audit` found.
///
/// @param command that was typed
record AuditReport(
        String command, Machine machine, Round.Load load, List<Round> rounds, Proofs proofs) {

    /// What the ratio of the trees to the consumer is to reach.
    static final double AIM = 0.8;

    AuditReport {
        rounds = List.copyOf(rounds);
    }

    String markdown() {
        var text = new Markdown(command, machine);
        text.line(
                "Medians of %d rounds; %d records with a value of %d bytes and eight headers; producers calmly at %.0f records/s.",
                rounds.size(), load.records(), load.payloadBytes(), load.perSecond());
        text.line("");
        text.line("| who reads | records/s | CPU µs a record |");
        text.line("|---|---:|---:|");
        text.line(
                "| consumer that does nothing | %.0f | %.1f |",
                median(round -> round.raw().perSecond()), median(round -> round.raw().cpuMicros()));
        text.line(
                "| trees, durable | %.0f | %.1f |",
                median(round -> round.tree().perSecond()),
                median(round -> round.tree().cpuMicros()));
        text.line("");
        text.line("| producers | records/s | calm p50 ms | calm p99 | failed |");
        text.line("|---|---:|---:|---:|---:|");
        producing(text, "alone", Round::alone);
        producing(text, "while trees are made of their records", Round::beside);
        text.line("");
        text.line(
                "| tree of | made at leaves/s | proof p50 ms | p99 | max | hashes | bytes a leaf | in blocks of 4 KiB |");
        text.line("|---:|---:|---:|---:|---:|---:|---:|---:|");
        text.line(
                "| %d | %.0f | %.2f | %.2f | %.2f | %d | %.1f | %.1f |",
                proofs.leaves(),
                proofs.leavesPerSecond(),
                proofs.found().p50(),
                proofs.found().p99(),
                proofs.found().max(),
                proofs.longest(),
                proofs.bytesPerLeaf(),
                proofs.diskBytesPerLeaf());
        text.line("");
        text.line(
                "- trees : consumer: **%.2f** of its records/s (rounds: %s); the aim of %.1f is %s.",
                ratio(),
                each(round -> round.tree().perSecond() / round.raw().perSecond()),
                AIM,
                ratio() >= AIM ? "met" : "missed");
        text.line(
                "- producers beside : alone: **%.2f** of the records/s (rounds: %s), **%.2f** times the calm p99 (rounds: %s).",
                median(round -> round.beside().most()) / median(round -> round.alone().most()),
                each(round -> round.beside().most() / round.alone().most()),
                median(round -> round.beside().calm().p99())
                        / median(round -> round.alone().calm().p99()),
                each(round -> round.beside().calm().p99() / round.alone().calm().p99()));
        text.line(
                "- proofs: p99 of %.2f ms; the aim of %.0f ms is %s.",
                proofs.found().p99(),
                Proofs.AIM_MILLIS,
                proofs.found().p99() <= Proofs.AIM_MILLIS ? "met" : "missed");
        return text.toString();
    }

    private void producing(Markdown text, String who, Function<Round, Round.Producing> of) {
        text.line(
                "| %s | %.0f | %.2f | %.2f | %.0f |",
                who,
                median(round -> of.apply(round).most()),
                median(round -> of.apply(round).calm().p50()),
                median(round -> of.apply(round).calm().p99()),
                median(round -> of.apply(round).failed()));
    }

    /// The trees' median records/s over the consumer's.
    double ratio() {
        return median(round -> round.tree().perSecond()) / median(round -> round.raw().perSecond());
    }

    private double median(ToDoubleFunction<Round> of) {
        return Median.of(rounds, of);
    }

    private String each(ToDoubleFunction<Round> of) {
        return rounds.stream()
                .map(round -> String.format(Locale.ROOT, "%.2f", of.applyAsDouble(round)))
                .collect(Collectors.joining(", "));
    }
}
