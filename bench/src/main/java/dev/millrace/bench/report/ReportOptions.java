package dev.millrace.bench.report;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Where the report of a benchmark goes.
public final class ReportOptions {

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Where the report goes, as JSON (default: under target/bench).")
    private @Nullable Path report;

    @Option(names = "--markdown", description = "Print the summary as Markdown and nothing else.")
    private boolean markdown;

    /// The command that this report answers, as it was typed.
    public String commandLine() {
        var line = command == null ? null : command.commandLine().getParseResult();
        // The whole line, the names of the commands among it.
        return "./millrace"
                + (line == null ? " bench run" : " " + String.join(" ", line.originalArgs()));
    }

    /// Says how far it is, beside the summary.
    public void note(String line) {
        System.err.println("  " + line);
    }

    /// Writes a report, and prints its summary and where it lies.
    ///
    /// @param result as [ReportFile#write] takes it
    /// @param summary of it, as Markdown
    public void tell(String name, Object result, String summary) throws IOException {
        var file = ReportFile.write(report, name, result);
        System.out.print(summary);
        if (!markdown) {
            System.out.println("\nReport: " + file);
        }
        System.out.flush();
    }
}
