package dev.millrace.site.config;

import dev.millrace.site.broker.BrokerConfig;
import java.nio.file.Path;

/// How a site on one machine runs. Made by [ConfigReader]; every value is checked.
///
/// @param data the folder that holds all of the site
/// @param partitions of each topic of a new site
public record SiteConfig(
        Path data, int partitions, BrokerConfig broker, Registry registry, Gateway gateway) {

    /// How the embedded Schema Registry listens, on the loopback address.
    ///
    /// @param port TCP port; 0 asks the system for a free one
    public record Registry(int port) {}

    /// How the HTTP gateway listens.
    ///
    /// @param host address to bind
    /// @param port TCP port; 0 asks the system for a free one
    /// @param maxDocumentBytes the largest document taken in, in bytes of UTF-8
    public record Gateway(String host, int port, int maxDocumentBytes) {}
}
