package dev.millrace.bench.streams;

import dev.millrace.bench.report.Machine;
import dev.millrace.bench.report.ReportOptions;
import dev.millrace.bench.report.Rounds;
import dev.millrace.bench.report.TemporaryFolder;
import dev.millrace.bench.site.EchoTasks;
import dev.millrace.bench.site.GatewayClient;
import dev.millrace.bench.site.Payload;
import dev.millrace.bench.site.SiteProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `millrace bench run streams`: how fast the events of the log come to very many clients of one
/// gateway, each with a stream of Server-Sent Events. The clients are on the same machine.
@Command(
        name = "streams",
        description = "How fast events come to very many clients of one gateway.")
public final class StreamsCommand implements Callable<Integer> {

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "3000",
            description = "Streams at a time, at most 4096 (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "2",
            description = "Events a second for latencies (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "15",
            description = "For how long they come (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--burst",
            paramLabel = "N",
            defaultValue = "500",
            description =
                    "Events at once, to see how many there can be (default: ${DEFAULT-VALUE}).")
    private int burst;

    @Option(
            names = "--warm-up",
            paramLabel = "TASKS",
            defaultValue = "5000",
            description = "Tasks that the site does before (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of all chance.")
    private long seed;

    @Mixin private Rounds rounds = new Rounds(3);

    @Mixin private ReportOptions report = new ReportOptions();

    @Override
    public Integer call() throws Exception {
        var machine = Machine.here();
        report.note(machine.line());
        var load = new FanOut.Load(clients, rate, seconds, burst, seed);
        List<StreamsReport.Round> done;
        try (var folder = TemporaryFolder.create("millrace-bench");
                var site = SiteProcess.start(folder.path().resolve("data"), List.of());
                var client = site.client()) {
            site.awaitModel(client);
            var _ = EchoTasks.done(client, new Payload(Payload.LEAST_BYTES, seed), warmUp);
            done = rounds(site, client, load);
            var _ = site.stop();
        }
        var result = new StreamsReport(report.commandLine(), machine, load, done);
        report.tell("streams", result, result.markdown());
        return 0;
    }

    /// The first round is not counted: it warms up.
    private List<StreamsReport.Round> rounds(
            SiteProcess site, GatewayClient client, FanOut.Load load) throws Exception {
        var done = new ArrayList<StreamsReport.Round>();
        int next = 1;
        for (int number = 0; number <= rounds.number(); number++) {
            report.note(number == 0 ? "warm-up" : "round " + number);
            var one = FanOut.measure(site, client, load, 1, next);
            next += FanOut.events(load);
            note(one);
            var all = FanOut.measure(site, client, load, clients, next);
            next += FanOut.events(load);
            note(all);
            if (number > 0) {
                done.add(new StreamsReport.Round(one, all));
            }
        }
        return done;
    }

    private void note(FanOut fanOut) {
        report.note(
                "%d clients: calmly %.1f ms p50, %.1f ms p99; at most %.0f deliveries/s, %.1f µs of CPU each; %d missing"
                        .formatted(
                                fanOut.clients(),
                                fanOut.calm().p50(),
                                fanOut.calm().p99(),
                                fanOut.perSecond(),
                                fanOut.cpuMicros(),
                                fanOut.missing()));
    }
}
