package dev.millrace.bench.replay;

import dev.millrace.bench.report.Machine;
import dev.millrace.bench.report.ReportOptions;
import dev.millrace.bench.report.Rounds;
import dev.millrace.bench.report.TemporaryFolder;
import dev.millrace.bench.site.BrokerProcess;
import dev.millrace.bench.site.EchoTasks;
import dev.millrace.bench.site.GatewayClient;
import dev.millrace.bench.site.Payload;
import dev.millrace.bench.site.ProcessCost;
import dev.millrace.bench.site.Profiler;
import dev.millrace.bench.site.SiteProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `millrace bench run replay`: the view `tasks` made again from the log, beside a consumer that
/// decodes the same records and does nothing with them, in interleaved rounds.
@Command(
        name = "replay",
        description = "How fast a view is made again, beside a consumer that only decodes.")
public final class ReplayCommand implements Callable<Integer> {

    private static final long LOOK_EVERY_MILLIS = 20;

    @Option(
            names = "--tasks",
            paramLabel = "N",
            defaultValue = "30000",
            description = "Tasks whose events are read (default: ${DEFAULT-VALUE}).")
    private int tasks;

    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            defaultValue = "200",
            description = "Size of each one's input, in JSON (default: ${DEFAULT-VALUE}).")
    private int payloadBytes;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "2",
            description = "How often each reads all before (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of the texts.")
    private long seed;

    @Option(
            names = "--profile",
            paramLabel = "FILE",
            description = "Draw a flame graph of one more replay, after all rounds, as SVG.")
    private @Nullable Path profile;

    @Mixin private Rounds rounds = new Rounds(5);

    @Mixin private ReportOptions report = new ReportOptions();

    @Override
    public Integer call() throws Exception {
        var machine = Machine.here();
        report.note(machine.line());
        var done = new ArrayList<Map<Side, Pass>>();
        try (var folder = TemporaryFolder.create("millrace-bench")) {
            var data = folder.path().resolve("data");
            try (var site = SiteProcess.start(data, List.of());
                    var client = site.client()) {
                site.awaitModel(client);
                var _ = EchoTasks.done(client, new Payload(payloadBytes, seed), tasks);
                try (var reader =
                        ReaderProcess.start(data, folder.path(), BrokerProcess.PARTITIONS)) {
                    for (int number = 1; number <= warmUp + rounds.number(); number++) {
                        boolean isMeasured = number > warmUp;
                        report.note(isMeasured ? "round " + (number - warmUp) : "warm-up");
                        var round = round(site, client, reader);
                        if (isMeasured) {
                            done.add(round);
                        }
                    }
                    if (profile != null) {
                        Profiler.start(reader.pid());
                        var _ = reader.replay(1);
                        Profiler.stop(reader.pid(), profile, "Making a view again from the log");
                    }
                }
                var _ = site.stop();
            }
        }
        var result = new ReplayReport(report.commandLine(), machine, tasks, warmUp, done);
        report.tell("replay", result, result.markdown());
        return 0;
    }

    private Map<Side, Pass> round(SiteProcess site, GatewayClient client, ReaderProcess reader)
            throws IOException, InterruptedException {
        var passes = new EnumMap<Side, Pass>(Side.class);
        var bare = reader.bare();
        passes.put(Side.BARE, bare);
        passes.put(Side.REPLAY, reader.replay(bare.records()));
        passes.put(Side.SITE, inSite(site, client, reader.end(), bare.records()));
        passes.forEach((side, pass) ->
                report.note(
                        "%s: %d events in %.2f s, %.0f/s, %.1f µs of CPU each"
                                .formatted(
                                        side.text(),
                                        pass.records(),
                                        pass.seconds(),
                                        pass.perSecond(),
                                        pass.cpuMicros())));
        return passes;
    }

    private static Pass inSite(SiteProcess site, GatewayClient client, String end, long records)
            throws IOException, InterruptedException {
        double cpuBefore = ProcessCost.cpuSecondsOf(site.pid());
        long began = System.nanoTime();
        var replay = GatewayClient.answer(client.startReplay("tasks", end));
        var path = "/v1/replays/" + replay.path("id").asText();
        while (replay.path("ended").isNull()) {
            Thread.sleep(LOOK_EVERY_MILLIS);
            replay = GatewayClient.answer(client.get(path));
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        if (!replay.path("state").asText().equals("finished")) {
            throw new IOException("replay: " + replay);
        }
        return new Pass(records, seconds, ProcessCost.cpuSecondsOf(site.pid()) - cpuBefore);
    }
}
