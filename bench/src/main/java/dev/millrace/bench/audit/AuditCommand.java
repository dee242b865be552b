package dev.millrace.bench.audit;

import dev.millrace.bench.report.Machine;
import dev.millrace.bench.report.ReportOptions;
import dev.millrace.bench.report.Rounds;
import dev.millrace.bench.report.TemporaryFolder;
import dev.millrace.bench.site.BrokerProcess;
import dev.millrace.bench.site.Payload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `millrace bench run audit`: how fast the trees of a history grow beside a consumer that only
/// reads, what producers notice of it, and how fast proofs of a large tree are.
@Command(
        name = "audit",
        description = "What signing the history costs, beside a consumer that only reads.")
public final class AuditCommand implements Callable<Integer> {

    @Option(
            names = "--records",
            paramLabel = "N",
            defaultValue = "300000",
            description = "Records in the log at first (default: ${DEFAULT-VALUE}).")
    private int records;

    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            defaultValue = "400",
            description = "Size of a record's value (default: ${DEFAULT-VALUE}).")
    private int payloadBytes;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "5",
            description = "How long producers are measured, each time (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "2000",
            description = "Records a second for their latencies (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--leaves",
            paramLabel = "N",
            defaultValue = "10000000",
            description = "Of the tree that proofs are made of (default: ${DEFAULT-VALUE}).")
    private long leaves;

    @Option(
            names = "--proofs",
            paramLabel = "N",
            defaultValue = "10000",
            description = "That are measured (default: ${DEFAULT-VALUE}).")
    private int proofs;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "1",
            description = "Rounds that are not measured (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of all chance.")
    private long seed;

    @Mixin private Rounds rounds = new Rounds(3);

    @Mixin private ReportOptions report = new ReportOptions();

    @Override
    public Integer call() throws Exception {
        var machine = Machine.here();
        report.note(machine.line());
        var load = new Round.Load(records, payloadBytes, seconds, rate, seed);
        var done = rounds(load);
        report.note("proofs");
        Proofs proved;
        try (var folder = TemporaryFolder.create("millrace-bench")) {
            proved = Proofs.measure(folder.path(), leaves, proofs, seed);
        }
        var result = new AuditReport(report.commandLine(), machine, load, done, proved);
        report.tell("audit", result, result.markdown());
        return 0;
    }

    private List<Round> rounds(Round.Load load) throws IOException, InterruptedException {
        var done = new ArrayList<Round>();
        try (var folder = TemporaryFolder.create("millrace-bench");
                var broker = BrokerProcess.start(folder.path(), AuditedRecords.topics());
                var producer =
                        new AuditedRecords(
                                broker.bootstrapServers(), new Payload(payloadBytes, seed));
                var follower = Follower.start(folder.path(), broker.bootstrapServers())) {
            producer.fill(records);
            var written = new Written(records);
            for (int number = 1; number <= warmUp + rounds.number(); number++) {
                boolean isMeasured = number > warmUp;
                report.note(isMeasured ? "round " + (number - warmUp) : "warm-up");
                var round =
                        Round.measure(
                                load,
                                producer,
                                follower,
                                folder.path().resolve("trees-" + number),
                                written,
                                report::note);
                if (isMeasured) {
                    done.add(round);
                }
            }
        }
        return done;
    }
}
