package dev.millrace.site.cli;

import dev.millrace.site.backup.Restore;
import dev.millrace.site.backup.RestoredHistory;
import dev.millrace.site.backup.SiteFiles;
import dev.millrace.site.config.ConfigReader;
import dev.millrace.site.config.InvalidConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `millrace restore FILE`: makes a data folder from a backup, after checking all of it.
@Command(
        name = "restore",
        description = {
            "Make a data folder from a backup, after checking every file in it.",
            "Views and search index are folded anew from the log when the site starts.",
            "Key, token and blobs come into the data folder, wherever they were before."
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

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        var folder = data == null ? SiteOptions.defaultData() : data;
        var manifest = Restore.make(file, folder);
        var line =
                Objects.requireNonNull(spec, "picocli sets it before a command runs").commandLine();
        line.getOut()
                .printf(
                        "%s: %d files, all as they were on %s; start it with: millrace dev --data"
                                + " %s%n",
                        folder, manifest.files().size(), manifest.created(), folder);
        if (RestoredHistory.isHeld(folder)) {
            line.getErr()
                    .println(
                            "millrace: before you start it: run `millrace audit continue` if the site"
                                    + " signed nothing after that, else `millrace audit begin`;"
                                    + " until then it signs nothing");
        }
        for (var warning : warnings(folder)) {
            line.getErr().println("millrace: before you start it: " + warning);
        }
        return ExitCode.OK;
    }

    /* A site whose settings point away from what was restored starts all the same, with another key
     * and without its blobs. */
    private static List<String> warnings(Path folder) {
        try {
            return SiteFiles.elsewhere(ConfigReader.read(folder, null, System.getenv(), Map.of()));
        } catch (InvalidConfig faulty) {
            return faulty.faults();
        }
    }
}
