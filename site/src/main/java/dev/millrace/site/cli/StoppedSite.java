package dev.millrace.site.cli;

import dev.millrace.site.broker.DataFolder;
import dev.millrace.site.broker.FolderInUse;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The data folder of a site that is not running meanwhile.
final class StoppedSite {

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "The site's data folder (default: $MILLRACE_DATA, else data/ beside millrace).")
    private @Nullable Path data;

    /// Does something while no process of the site can start.
    ///
    /// @throws FolderInUse if one runs
    int alone(Work work) throws FolderInUse, ApiProblem {
        var path = data == null ? SiteOptions.defaultData() : data;
        try (var folder = DataFolder.alone(path)) {
            return work.on(folder.path());
        } catch (IOException refused) {
            throw new ApiProblem(0, "data folder %s: %s".formatted(path, refused));
        }
    }

    /// What is done.
    interface Work {
        int on(Path folder) throws IOException;
    }
}
