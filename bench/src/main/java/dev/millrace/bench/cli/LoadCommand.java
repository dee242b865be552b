package dev.millrace.bench.cli;

import dev.millrace.bench.load.Arrivals;
import dev.millrace.bench.load.Latencies;
import dev.millrace.bench.load.OpenLoop;
import dev.millrace.bench.report.Machine;
import dev.millrace.bench.report.ReportFile;
import dev.millrace.bench.site.GatewayClient;
import dev.millrace.site.cli.SiteOptions;
import dev.millrace.site.cli.Table;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `millrace bench load`: puts a running site under a load that does not wait for it.
@Command(
        name = "load",
        description =
                "Send requests to a running site by a schedule, and tell how long the answers took.")
final class LoadCommand implements Callable<Integer> {

    @Mixin private SiteOptions site = new SiteOptions();

    @Option(
            names = "--rate",
            paramLabel = "R",
            required = true,
            description = "Requests a second in the mean; when each is due is drawn (Poisson).")
    private double rate;

    @Option(
            names = "--duration",
            paramLabel = "SECONDS",
            required = true,
            description = "How long new requests are sent.")
    private int seconds;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "The same seed sends the same requests at the same moments.")
    private long seed;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            defaultValue = "documents",
            description = "What is sent: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Profile profile = Profile.DOCUMENTS;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Where the report goes, as JSON (default: under target/bench).")
    private @Nullable Path report;

    /// What a run found.
    ///
    /// @param latencies of the good answers, in ms, from when each request was due
    /// @param failed how long all others were waited for
    private record Report(
            Machine machine,
            String profile,
            double rate,
            int seconds,
            long seed,
            Latencies latencies,
            Latencies failed,
            OpenLoop.Outcome outcome) {}

    @Override
    public Integer call() throws Exception {
        var machine = Machine.here();
        var due = Arrivals.poisson(rate, Duration.ofSeconds(seconds), seed);
        try (var client = new GatewayClient(site.gateway(), site.token())) {
            var requests = profile.requests(seed, client);
            var outcome =
                    new OpenLoop()
                            .run(
                                    due,
                                    number ->
                                            requests.apply(number)
                                                    .thenApply(
                                                            answer -> answer.statusCode() < 300));
            var latencies = Latencies.of(outcome);
            var failed = Latencies.ofFailed(outcome);
            var file =
                    ReportFile.write(
                            report,
                            "load",
                            new Report(
                                    machine,
                                    profile.name().toLowerCase(Locale.ROOT),
                                    rate,
                                    seconds,
                                    seed,
                                    latencies,
                                    failed,
                                    outcome));
            var table = new Table("", "requests", "mean", "p50", "p90", "p99", "p99.9", "max ms");
            System.out.print(row(row(table, "answered", latencies), "failed", failed));
            System.out.println("\n  Report: " + file);
            System.out.flush();
        }
        return 0;
    }

    private static Table row(Table table, String name, Latencies of) {
        return table.row(
                name,
                of.count(),
                millis(of.mean()),
                millis(of.p50()),
                millis(of.p90()),
                millis(of.p99()),
                millis(of.p999()),
                millis(of.max()));
    }

    private static String millis(double millis) {
        return String.format(Locale.ROOT, "%.1f", millis);
    }
}
