package dev.millrace.site.cli;

import dev.millrace.site.backup.Restore;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `millrace restore FILE`: makes a data folder from a backup, after checking all of it.
@Command(
        name = "restore",
        description = {
            "Make a data folder from a backup, after checking every file in it.",
            "Views and search index are folded anew from the log when the site starts."
        })
final class RestoreCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "What `millrace backup` wrote.")
    private Path file = Path.of("");

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "The data folder to make; it must be new or empty (default: $MILLRACE_DATA, else"
                            + " data/ beside millrace).")
    private @Nullable Path data;

    @Override
    public Integer call() throws Exception {
        var folder = data == null ? SiteOptions.defaultData() : data;
        var manifest = Restore.make(file, folder);
        System.out.printf(
                "%s: %d files, all as they were on %s; start it with: millrace dev --data %s%n",
                folder, manifest.files().size(), manifest.created(), folder);
        return ExitCode.OK;
    }
}
