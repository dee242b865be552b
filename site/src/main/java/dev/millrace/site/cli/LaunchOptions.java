package dev.millrace.site.cli;

import dev.millrace.site.config.ConfigReader;
import dev.millrace.site.config.InvalidConfig;
import dev.millrace.site.config.SiteConfig;
import dev.millrace.site.runtime.Site;
import dev.millrace.site.runtime.SiteNotStarted;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How a command starts a site of its own.
final class LaunchOptions {

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Keep everything in this folder (default: $MILLRACE_DATA, else data/ beside"
                            + " millrace).")
    private @Nullable Path data;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "The gateway's port; 0 picks free ports for everything.")
    private @Nullable Integer port;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "Read settings from this file instead of millrace.properties in the data folder.")
    private @Nullable Path file;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "Set one setting, for instance --set millrace.partitions=6; may be repeated.")
    private @Nullable Map<String, String> settings;

    Path data() {
        return data != null ? data : SiteOptions.defaultData();
    }

    /// Starts the site and returns when it is ready.
    ///
    /// @param listener told in a line for people what comes along, by one thread at a time; after
    ///   the start, too
    Site start(Consumer<String> listener)
            throws InvalidConfig, SiteNotStarted, InterruptedException {
        return Site.start(config(), step -> listener.accept("  " + step));
    }

    private SiteConfig config() throws InvalidConfig {
        var flags = new LinkedHashMap<String, String>();
        if (port != null) {
            flags.put("millrace.gateway.port", port.toString());
            if (port == 0) {
                flags.put("millrace.broker.port", "0");
                flags.put("millrace.registry.port", "0");
            }
        }
        if (settings != null) {
            flags.putAll(settings);
        }
        return ConfigReader.read(data(), file, System.getenv(), flags);
    }
}
