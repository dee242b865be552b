package dev.millrace.bench.reads;

import dev.millrace.bench.report.Machine;
import dev.millrace.bench.report.ReportOptions;
import dev.millrace.bench.report.Rounds;
import dev.millrace.bench.report.TemporaryFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `millrace bench run reads`: rows and pages of a view through the gateway, beside a bare route of
/// Vert.x that has the same answers in memory, in interleaved rounds.
@Command(
        name = "reads",
        description = "How fast views are read through the gateway, beside a bare route.")
public final class ReadsCommand implements Callable<Integer> {

    @Option(
            names = "--tasks",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Tasks that the site has (default: ${DEFAULT-VALUE}).")
    private int tasks;

    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            defaultValue = "200",
            description = "Size of each one's output, in JSON (default: ${DEFAULT-VALUE}).")
    private int payloadBytes;

    @Option(
            names = "--page",
            paramLabel = "ROWS",
            defaultValue = "50",
            description = "Rows of a page, at most 500 (default: ${DEFAULT-VALUE}).")
    private int pageRows;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "64",
            description = "Requests under way, each on its connection (default: ${DEFAULT-VALUE}).")
    private int inFlight;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "500",
            description =
                    "Requests a second by which latencies are measured (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "5",
            description =
                    "How long each side is measured in a round, twice (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How long each side works before (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of all chance.")
    private long seed;

    @Option(
            names = "--profile",
            paramLabel = "FILE",
            description =
                    "Draw a flame graph of the site while rows are read, after all rounds, as SVG.")
    private @Nullable Path profile;

    @Mixin private Rounds rounds = new Rounds(3);

    @Mixin private ReportOptions report = new ReportOptions();

    @Override
    public Integer call() throws Exception {
        var machine = Machine.here();
        report.note(machine.line());
        var load =
                new Servers.Load(
                        tasks, payloadBytes, pageRows, inFlight, seconds, warmUp, rate, seed);
        var done = new ArrayList<Map<Side, Sample>>();
        Map<String, Double> parts;
        try (var folder = TemporaryFolder.create("millrace-bench");
                var servers = Servers.start(folder.path(), load)) {
            servers.warmUp();
            for (int number = 1; number <= rounds.number(); number++) {
                report.note("round " + number);
                done.add(round(servers));
            }
            parts = servers.parts(Side.SITE_ROW);
            if (profile != null) {
                servers.profile(Side.SITE_ROW, profile);
            }
        }
        var result = new ReadsReport(report.commandLine(), machine, load, done, parts);
        report.tell("reads", result, result.markdown());
        return 0;
    }

    private Map<Side, Sample> round(Servers servers) throws Exception {
        var samples = new EnumMap<Side, Sample>(Side.class);
        for (var side : Side.values()) {
            var sample = servers.measure(side);
            samples.put(side, sample);
            report.note(
                    "%s, %s: %.0f requests/s, %.0f µs of CPU each, calm p99 %.2f ms, %d failed"
                            .formatted(
                                    side.server(),
                                    side.what(),
                                    sample.requestsPerSecond(),
                                    sample.cpuMicros(),
                                    sample.calm().p99(),
                                    sample.failed()));
        }
        return samples;
    }
}
