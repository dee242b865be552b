package dev.millrace.bench.ingest;

import dev.millrace.bench.report.Machine;
import dev.millrace.bench.report.ReportOptions;
import dev.millrace.bench.report.Rounds;
import dev.millrace.bench.report.TemporaryFolder;
import dev.millrace.bench.site.GatewayClient;
import dev.millrace.bench.site.Profiler;
import dev.millrace.bench.site.SiteProcess;
import dev.millrace.bench.text.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `millrace bench run ingest`: documents in until they are searchable, in chunks/s, against what
/// the model, the log and the index do alone on this machine, round by round in turns.
///
/// Every round begins with a site of its own on an empty folder, warmed up by documents that are
/// not measured; the ceilings are warmed up by the same documents, in a JVM of the same flags,
/// while no site runs.
@Command(
        name = "ingest",
        description = "How fast documents become searchable, and how near to its ceilings that is.")
public final class IngestCommand implements Callable<Integer> {

    private static final double CALM = 0.5;

    @Option(
            names = "--documents",
            paramLabel = "N",
            defaultValue = "3000",
            description = "Documents measured in each round (default: ${DEFAULT-VALUE}).")
    private int documents;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "2000",
            description = "Documents taken in before them (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "16",
            description = "Submissions under way at once (default: ${DEFAULT-VALUE}).")
    private int inFlight;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of the texts.")
    private long seed;

    @Option(
            names = "--latency",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description =
                    "How long to measure latencies, at half the speed found; 0 leaves it out"
                            + " (default: ${DEFAULT-VALUE}).")
    private int latencySeconds;

    @Option(
            names = "--profile",
            paramLabel = "FILE",
            description =
                    "Draw a flame graph of the last round's site, as SVG; slows that round down.")
    private @Nullable Path profile;

    @Mixin private Rounds rounds = new Rounds(5);

    @Mixin private ReportOptions report = new ReportOptions();

    @Override
    public Integer call() throws Exception {
        var machine = Machine.here();
        var workload = new Workload(seed, documents, warmUp, inFlight);
        report.note(machine.line());
        var done = new ArrayList<IngestReport.Round>();
        @Nullable LatencyRun latency = null;
        for (int number = 1; number <= rounds.number(); number++) {
            boolean isLast = number == rounds.number();
            SiteRound site;
            try (var folder = TemporaryFolder.create("millrace-bench");
                    var running = SiteProcess.start(folder.path().resolve("data"), List.of());
                    var client = running.client()) {
                running.awaitModel(client);
                site = measure(running, client, workload, isLast);
                if (isLast && latencySeconds > 0) {
                    latency = latency(client, site);
                }
                running.stop();
            }
            try (var folder = TemporaryFolder.create("millrace-bench")) {
                var ceilings = Ceilings.measure(workload, folder.path());
                done.add(new IngestReport.Round(site, ceilings));
                report.note(
                        "round %d: site %.0f, model %.0f, producer %.0f, index %.0f chunks/s"
                                .formatted(
                                        number,
                                        site.site().chunksPerSecond(),
                                        ceilings.model().chunksPerSecond(),
                                        ceilings.producer().chunksPerSecond(),
                                        ceilings.index().chunksPerSecond()));
            }
        }
        var result = IngestReport.of(report.commandLine(), machine, workload, done, latency);
        report.tell("ingest", result, result.markdown());
        return 0;
    }

    private SiteRound measure(
            SiteProcess site, GatewayClient client, Workload workload, boolean isLast)
            throws IOException, InterruptedException {
        var load = new SiteLoad(site, client, workload.inFlight());
        if (workload.warmUp() > 0) {
            var _ = load.run(workload.warmUpTexts());
        }
        var texts = workload.texts();
        if (profile == null || !isLast) {
            return load.run(texts);
        }
        Profiler.start(site.pid());
        var round = load.run(texts);
        Files.createDirectories(profile.toAbsolutePath().getParent());
        Profiler.stop(site.pid(), profile, "Documents in until they are searchable");
        return round;
    }

    private LatencyRun latency(GatewayClient client, SiteRound site)
            throws IOException, InterruptedException {
        double perSecond = CALM * site.documents() / site.site().seconds();
        report.note("latencies at %.1f documents/s".formatted(perSecond));
        return LatencyRun.run(
                client,
                new Corpus(seed),
                warmUp + documents,
                perSecond,
                Duration.ofSeconds(latencySeconds));
    }
}
