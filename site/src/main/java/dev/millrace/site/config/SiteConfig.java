package dev.millrace.site.config;

import dev.millrace.site.broker.BrokerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/// How a site on one machine runs. Made by [ConfigReader]; every value is checked.
///
/// @param data the folder that holds all of the site
/// @param partitions of each topic of a new site
public record SiteConfig(
        Path data,
        int partitions,
        BrokerConfig broker,
        Registry registry,
        Gateway gateway,
        Documents documents,
        Disk disk) {

    /// What is kept free on the disk.
    ///
    /// @param reserveBytes beside what is needed to compact the index and the views
    public record Disk(long reserveBytes) {}

    /// How documents are taken in.
    ///
    /// @param threads how many are cut at a time
    public record Documents(int threads) {}

    /// How the embedded Schema Registry listens, on the loopback address.
    ///
    /// @param port TCP port; 0 asks the system for a free one
    public record Registry(int port) {}

    /// How the HTTP gateway listens.
    ///
    /// @param host address to bind
    /// @param port TCP port; 0 asks the system for a free one
    /// @param maxBodyBytes largest request body taken
    /// @param allowedHosts further values of the `Host` header taken
    /// @param allowedOrigins further values of the `Origin` header taken
    /// @param outcomeTimeout longest wait for the outcome of a command before 503
    /// @param maxPending most commands awaited at once before 503
    public record Gateway(
            String host,
            int port,
            int maxBodyBytes,
            Set<String> allowedHosts,
            Set<String> allowedOrigins,
            Duration outcomeTimeout,
            int maxPending) {
        public Gateway {
            allowedHosts = Set.copyOf(allowedHosts);
            allowedOrigins = Set.copyOf(allowedOrigins);
        }
    }
}
