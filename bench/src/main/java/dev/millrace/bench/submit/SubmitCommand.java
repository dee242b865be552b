package dev.millrace.bench.submit;

import dev.millrace.bench.report.Machine;
import dev.millrace.bench.report.ReportOptions;
import dev.millrace.bench.report.Rounds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// `millrace bench run submit`: how many submissions a gateway takes, one by one and in batches,
/// beside an HTTP bridge and a bare producer, in interleaved rounds.
@Command(
        name = "submit",
        description = "How many submissions there can be, beside a bridge and a bare producer.")
public final class SubmitCommand implements Callable<Integer> {

    @Option(
            names = "--strimzi",
            paramLabel = "FOLDER",
            converter = BridgeFolder.class,
            description =
                    "Measure Strimzi's HTTP bridge beside it: its distribution, with the folder"
                            + " `libs` in it.")
    private @Nullable Path strimzi;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "64",
            description = "Requests of one record under way (default: ${DEFAULT-VALUE}).")
    private int inFlight;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "100",
            description = "Records in a request of many (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--batches-in-flight",
            paramLabel = "N",
            defaultValue = "16",
            description = "Such requests under way (default: ${DEFAULT-VALUE}).")
    private int batchesInFlight;

    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            defaultValue = "1000",
            description = "Size of a record's payload, in JSON (default: ${DEFAULT-VALUE}).")
    private int payloadBytes;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "20",
            description = "How long each is measured (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "20",
            description =
                    "How long each works before, once for each size of request"
                            + " (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of the texts.")
    private long seed;

    @Mixin private Rounds rounds = new Rounds(3);

    @Mixin private ReportOptions report = new ReportOptions();

    @Override
    public Integer call() throws Exception {
        var machine = Machine.here();
        report.note(machine.line());
        var load =
                new Round.Load(
                        seconds, warmUp, inFlight, batch, batchesInFlight, payloadBytes, seed);
        var done = new ArrayList<Map<Side, Sample>>();
        for (int number = 1; number <= rounds.number(); number++) {
            report.note("round " + number);
            done.add(Round.measure(load, strimzi, report::note));
        }
        var result = new SubmitReport(report.commandLine(), machine, load, done);
        report.tell("submit", result, result.markdown());
        return 0;
    }

    /// Refuses a folder without a bridge at once, and not after minutes of measuring others.
    static final class BridgeFolder implements ITypeConverter<Path> {

        @Override
        public Path convert(String text) {
            var folder = Path.of(text);
            if (!StrimziBridge.isIn(folder)) {
                throw new TypeConversionException(
                        text + ": no folder `libs` there (expected: Strimzi's HTTP bridge, built)");
            }
            return folder;
        }
    }
}
