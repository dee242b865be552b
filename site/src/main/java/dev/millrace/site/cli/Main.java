package dev.millrace.site.cli;

import dev.millrace.site.backup.InvalidBackup;
import dev.millrace.site.broker.FolderInUse;
import dev.millrace.site.config.InvalidConfig;
import dev.millrace.site.management.HttpServerBounds;
import dev.millrace.site.runtime.SiteNotStarted;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// `millrace`: exit code 0 when it did what was asked, 1 when it could not, 2 when it was not asked
/// properly. Data go to standard output, everything else to standard error.
@Command(
        name = "millrace",
        description = "Publish tasks, query what became of them, replay their history.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Version.class,
        subcommands = {
            DemoCommand.class,
            DevCommand.class,
            RunCommand.class,
            TaskCommand.class,
            KindCommand.class,
            ViewCommand.class,
            ReplayCommand.class,
            EventCommand.class,
            DeadLetterCommand.class,
            SearchCommand.class,
            AuditCommand.class,
            DoctorCommand.class,
            BackupCommand.class,
            RestoreCommand.class
        })
public final class Main {

    @Spec private @Nullable CommandSpec spec;

    private Main() {}

    public static void main(String[] arguments) {
        HttpServerBounds.set(); // before anything can make a server
        var line = commandLine();
        int code = line.execute(arguments);
        // Only whole lines go out by themselves.
        line.getOut().flush();
        line.getErr().flush();
        System.exit(code);
    }

    static CommandLine commandLine() {
        var line = new CommandLine(new Main());
        ServiceLoader.load(Subcommand.class).forEach(line::addSubcommand);
        // One for all commands, so that whoever ends the process can flush it.
        line.setOut(new PrintWriter(System.out, true, System.out.charset()));
        line.setErr(new PrintWriter(System.err, true, System.err.charset()));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        // An argument that begins with @ is text, or names an input file; never more arguments.
        line.setExpandAtFiles(false);
        line.setExecutionExceptionHandler(Main::explain);
        return line;
    }

    @Command(description = "Say which version this is.")
    int version() {
        for (var part : new Version().getVersion()) {
            spec().commandLine().getOut().println(part);
        }
        return ExitCode.OK;
    }

    @Command(
            description =
                    "Print a completion script for bash and zsh: source <(millrace completion)")
    int completion() {
        spec().commandLine().getOut().print(AutoComplete.bash("millrace", commandLine()));
        return ExitCode.OK;
    }

    /// What users can do something about is one message; anything else is a fault of ours, and the
    /// trace helps to report it.
    private static int explain(
            Exception failure, CommandLine line, CommandLine.ParseResult arguments) {
        return switch (failure) {
            case ApiProblem _, SiteNotStarted _, FolderInUse _, InvalidBackup _ -> {
                line.getErr().println("millrace: " + failure.getMessage());
                yield ExitCode.SOFTWARE;
            }
            case InvalidConfig _ -> {
                line.getErr().println("millrace: " + failure.getMessage());
                yield ExitCode.USAGE;
            }
            default -> {
                failure.printStackTrace(line.getErr());
                yield ExitCode.SOFTWARE;
            }
        };
    }

    private CommandSpec spec() {
        return Objects.requireNonNull(spec, "picocli sets it before a command runs");
    }
}
