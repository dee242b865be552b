package dev.millrace.bench.capacity;

import dev.millrace.bench.report.Machine;
import dev.millrace.bench.report.ReportOptions;
import dev.millrace.bench.report.Rounds;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `millrace bench run capacity`: what a site with very many open tasks needs, whether it becomes
/// slower by them, and how long it takes to start again.
@Command(
        name = "capacity",
        description = "What very many open tasks cost: memory, disk, latency, and time to start.")
public final class CapacityCommand implements Callable<Integer> {

    @Option(
            names = "--open",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Tasks that stay open (default: ${DEFAULT-VALUE}).")
    private int open;

    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            defaultValue = "100",
            description = "Size of each one's input, in JSON (default: ${DEFAULT-VALUE}).")
    private int payloadBytes;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "100",
            description = "Tasks in a request, at most 1000 (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "16",
            description = "Requests under way (default: ${DEFAULT-VALUE}).")
    private int inFlight;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "20",
            description =
                    "Tasks a second by which latencies are measured (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "20",
            description = "How long they are measured, each time (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "40",
            description = "How long the site does tasks before (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of all chance.")
    private long seed;

    @Mixin private Rounds rounds = new Rounds(1);

    @Mixin private ReportOptions report = new ReportOptions();

    @Override
    public Integer call() throws Exception {
        var machine = Machine.here();
        report.note(machine.line());
        var load =
                new CapacityRound.Load(
                        open, payloadBytes, batch, inFlight, rate, seconds, warmUp, seed);
        var done = new ArrayList<CapacityRound>();
        for (int number = 1; number <= rounds.number(); number++) {
            report.note("round " + number);
            done.add(CapacityRound.measure(load, report::note));
        }
        var result = new CapacityReport(report.commandLine(), machine, load, done);
        report.tell("capacity", result, result.markdown());
        return 0;
    }
}
