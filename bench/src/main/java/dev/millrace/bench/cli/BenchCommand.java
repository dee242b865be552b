package dev.millrace.bench.cli;

import dev.millrace.bench.audit.AuditCommand;
import dev.millrace.bench.capacity.CapacityCommand;
import dev.millrace.bench.ingest.IngestCommand;
import dev.millrace.bench.reads.ReadsCommand;
import dev.millrace.bench.replay.ReplayCommand;
import dev.millrace.bench.start.StartCommand;
import dev.millrace.bench.streams.StreamsCommand;
import dev.millrace.bench.submit.SubmitCommand;
import dev.millrace.bench.tasks.TasksCommand;
import dev.millrace.site.cli.Subcommand;
import picocli.CommandLine.Command;

/// `millrace bench`: load tests and benchmarks. Found as a service by the command line.
@Command(
        name = "bench",
        description = "Measure: benchmarks against ceilings, and load on a running site.",
        subcommands = {BenchCommand.Run.class, LoadCommand.class})
public final class BenchCommand implements Subcommand {

    /// `millrace bench run`.
    @Command(
            name = "run",
            description = "Run a benchmark on a site of its own, in a folder of its own.",
            subcommands = {
                IngestCommand.class,
                StartCommand.class,
                TasksCommand.class,
                SubmitCommand.class,
                CapacityCommand.class,
                ReadsCommand.class,
                StreamsCommand.class,
                ReplayCommand.class,
                AuditCommand.class
            })
    static final class Run {}
}
