package dev.millrace.bench.start;

import dev.millrace.bench.report.Machine;
import dev.millrace.bench.report.ReportOptions;
import dev.millrace.bench.report.Rounds;
import dev.millrace.bench.report.TemporaryFolder;
import dev.millrace.bench.site.GatewayClient;
import dev.millrace.bench.site.JvmMemory;
import dev.millrace.bench.site.ProcessCost;
import dev.millrace.bench.site.SiteProcess;
import dev.millrace.bench.start.StartReport.Start;
import dev.millrace.bench.text.Corpus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `millrace bench run start`: how long `millrace dev` takes to be ready and what it holds then: on
/// an empty folder, after a stop in order, and after `kill -9`.
@Command(
        name = "start",
        description = "How long a site takes to start, part by part, and the memory it needs.")
public final class StartCommand implements Callable<Integer> {

    @Option(
            names = "--documents",
            paramLabel = "N",
            defaultValue = "50",
            description =
                    "Documents in the folder that is started again (default: ${DEFAULT-VALUE}).")
    private int documents;

    @Mixin private Rounds rounds = new Rounds(5);

    @Mixin private ReportOptions report = new ReportOptions();

    private final Map<String, List<Start>> starts = new LinkedHashMap<>();

    @Override
    public Integer call() throws Exception {
        var machine = Machine.here();
        for (int number = 1; number <= rounds.number(); number++) {
            try (var folder = TemporaryFolder.create("millrace-bench")) {
                round(folder.path().resolve("data"));
            }
        }
        var result =
                new StartReport(
                        report.commandLine(),
                        machine,
                        rounds.number(),
                        documents,
                        starts,
                        memory());
        report.tell("start", result, result.markdown());
        return 0;
    }

    private void round(Path data) throws IOException, InterruptedException {
        try (var site = SiteProcess.start(data, List.of());
                var client = site.client()) {
            measure("empty folder", site, client);
            fill(client);
            site.stop();
        }
        try (var site = SiteProcess.start(data, List.of());
                var client = site.client()) {
            measure("after a stop", site, client);
            site.kill();
        }
        try (var site = SiteProcess.start(data, List.of());
                var client = site.client()) {
            measure("after a kill", site, client);
            site.stop();
        }
    }

    private void measure(String state, SiteProcess site, GatewayClient client)
            throws IOException, InterruptedException {
        long ready = System.nanoTime();
        site.awaitModel(client);
        double modelSeconds = (System.nanoTime() - ready) / 1e9;
        double resident = ProcessCost.residentMiB(site.pid());
        double cpu = ProcessCost.of(site.pid()).cpuSeconds();
        var start =
                new Start(
                        site.readySeconds(),
                        modelSeconds,
                        site.steps(),
                        resident,
                        JvmMemory.liveHeapMiB(site.pid()),
                        cpu);
        starts.computeIfAbsent(state, _ -> new ArrayList<>()).add(start);
        System.err.printf("  %s: ready after %.1f s%n", state, start.readySeconds());
    }

    private void fill(GatewayClient client) throws IOException {
        for (var text : new Corpus(1).texts(0, documents)) {
            var _ = GatewayClient.answer(client.submit(text));
        }
    }

    /// In a start of its own, because tracking costs a little.
    private static Map<String, Double> memory() throws IOException, InterruptedException {
        try (var folder = TemporaryFolder.create("millrace-bench");
                var site =
                        SiteProcess.start(
                                folder.path().resolve("data"),
                                List.of("-XX:NativeMemoryTracking=summary"));
                var client = site.client()) {
            site.awaitModel(client);
            var memory = JvmMemory.byPurpose(site.pid());
            site.stop();
            return memory;
        }
    }
}
