package dev.millrace.site.cli;

import dev.millrace.site.backup.Backup;
import dev.millrace.site.backup.SiteFiles;
import dev.millrace.site.runtime.Build;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `millrace backup FILE`: copies a stopped one-machine site into one file.
@Command(
        name = "backup",
        description = {
            "Copy a stopped one-machine site into one file, with its key, token and blobs wherever its"
                    + " settings have put them: name the same --config and --set as when it runs.",
            "The file holds the site's key and token: keep it as safe as them."
        })
final class BackupCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "The file to write; it must not exist.")
    private Path file = Path.of("");

    @Mixin private ConfigOptions options = new ConfigOptions();

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        var site = SiteFiles.of(options.config(), options.file());
        var manifest = Backup.make(site, file, Build.version(), Instant.now());
        Objects.requireNonNull(spec, "picocli sets it before a command runs")
                .commandLine()
                .getOut()
                .printf(
                        "%s: %d files, %d bytes before compression%n",
                        file, manifest.files().size(), manifest.bytes());
        return ExitCode.OK;
    }
}
