package dev.millrace.site.cli;

import dev.millrace.site.config.ConfigReader;
import dev.millrace.site.config.InvalidConfig;
import dev.millrace.site.config.SiteConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How a site is configured on the command line.
final class ConfigOptions {

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
            names = "--management-port",
            paramLabel = "N",
            description = "The port of metrics and health; 0 picks a free one.")
    private @Nullable Integer managementPort;

    @Option(
            names = "--instance",
            paramLabel = "NAME",
            description = "Names this process among those of its role (default: site).")
    private @Nullable String instance;

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

    /// The properties file that settings are read from, if it is there.
    Path file() {
        return file != null ? file : data().resolve("millrace.properties");
    }

    /// The configuration: built in, file, environment, flags.
    SiteConfig config() throws InvalidConfig {
        var flags = new LinkedHashMap<String, String>();
        if (port != null) {
            flags.put("millrace.gateway.port", port.toString());
            if (port == 0) {
                flags.put("millrace.management.port", "0");
                flags.put("millrace.broker.port", "0");
                flags.put("millrace.registry.port", "0");
            }
        }
        if (instance != null) {
            flags.put("millrace.instance", instance);
        }
        if (managementPort != null) {
            flags.put("millrace.management.port", managementPort.toString());
        }
        if (settings != null) {
            flags.putAll(settings);
        }
        return ConfigReader.read(data(), file, System.getenv(), flags);
    }
}
