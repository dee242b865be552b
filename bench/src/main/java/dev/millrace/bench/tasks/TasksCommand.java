package dev.millrace.bench.tasks;

import dev.millrace.bench.report.Machine;
import dev.millrace.bench.report.ReportOptions;
import dev.millrace.bench.report.Rounds;
import dev.millrace.bench.report.TemporaryFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `millrace bench run tasks`: tasks from their submission until their result is known, in
/// interleaved rounds beside the bare pipe and Restate, each on an empty folder.
@Command(
        name = "tasks",
        description = "How long tasks of one and of three steps take, and how many there can be.")
public final class TasksCommand implements Callable<Integer> {

    @Option(
            names = "--restate",
            paramLabel = "FOLDER",
            description =
                    "Measure Restate beside it: the folder bench/restate, after `npm ci` in it.")
    private @Nullable Path restate;

    @Option(
            names = "--calm",
            paramLabel = "R",
            defaultValue = "20",
            description = "Tasks a second at low load (default: ${DEFAULT-VALUE}).")
    private double calm;

    @Option(
            names = "--loaded",
            paramLabel = "R",
            defaultValue = "300",
            description =
                    "Tasks a second under load, of three steps a third of it"
                            + " (default: ${DEFAULT-VALUE}).")
    private double loaded;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "128",
            description = "Tasks under way at saturation (default: ${DEFAULT-VALUE}).")
    private int inFlight;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "20",
            description = "How long each load lasts (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "20",
            description = "How long each engine works before, twice (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of the moments.")
    private long seed;

    @Mixin private Rounds rounds = new Rounds(3);

    @Mixin private ReportOptions report = new ReportOptions();

    @Override
    public Integer call() throws Exception {
        var machine = Machine.here();
        report.note(machine.line());
        var load = new EngineRun.Load(calm, loaded, inFlight, seconds, warmUp, seed);
        var done = new ArrayList<TasksReport.Round>();
        for (int number = 1; number <= rounds.number(); number++) {
            report.note("round " + number);
            var ours = measured(load, folder -> Millrace.start(folder.resolve("data")));
            var pipe = measured(load, Pipe::start);
            var program = restate;
            var theirs =
                    program == null
                            ? null
                            : measured(load, folder -> Restate.start(program, folder));
            done.add(new TasksReport.Round(ours, pipe, theirs));
        }
        var result = new TasksReport(report.commandLine(), machine, load, done);
        report.tell("tasks", result, result.markdown());
        return 0;
    }

    private EngineRun measured(EngineRun.Load load, Start start) throws Exception {
        try (var folder = TemporaryFolder.create("millrace-bench");
                var engine = start.in(folder.path())) {
            return EngineRun.of(engine, load, report::note);
        }
    }

    @FunctionalInterface
    private interface Start {
        Engine in(Path folder) throws Exception;
    }
}
