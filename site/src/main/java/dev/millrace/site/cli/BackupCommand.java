package dev.millrace.site.cli;

import dev.millrace.site.backup.Backup;
import dev.millrace.site.runtime.Build;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `millrace backup FILE`: copies a stopped one-machine site into one file.
@Command(
        name = "backup",
        description = {
            "Copy a stopped one-machine site into one file.",
            "The file holds the site's key and token: keep it as safe as them."
        })
final class BackupCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "The file to write; it must not exist.")
    private Path file = Path.of("");

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The data folder (default: $MILLRACE_DATA, else data/ beside millrace).")
    private @Nullable Path data;

    @Override
    public Integer call() throws Exception {
        var folder = data == null ? SiteOptions.defaultData() : data;
        var manifest =
                Backup.make(
                        folder.toAbsolutePath().normalize(),
                        file.toAbsolutePath().normalize(),
                        Build.version(),
                        Instant.now());
        System.out.printf(
                "%s: %d files, %d bytes before compression%n",
                file, manifest.files().size(), manifest.bytes());
        return ExitCode.OK;
    }
}
