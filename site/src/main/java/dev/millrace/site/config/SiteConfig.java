package dev.millrace.site.config;

import dev.millrace.inference.embed.BuiltInModel;
import dev.millrace.inference.kinds.http.HttpRules;
import dev.millrace.site.broker.BrokerConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// How a site runs, or the part of it in one process. Made by [ConfigReader]; every value is
/// checked.
///
/// @param data the folder that holds all of the site that is on this machine
/// @param partitions of each topic of a new site
/// @param model what texts are embedded with; if empty, see [ModelChoice]
/// @param instance names this process among those of its role
public record SiteConfig(
        Path data,
        int partitions,
        Optional<BuiltInModel> model,
        String instance,
        Shared shared,
        Kafka kafka,
        BrokerConfig broker,
        Registry registry,
        Gateway gateway,
        Peers peers,
        Management management,
        Views views,
        Documents documents,
        Tasks tasks,
        Audit audit,
        Disk disk) {

    /// The longest wait for the log at a start, wherever it is.
    public Duration logStartTimeout() {
        return kafka.isEmbedded() ? broker.startTimeout() : kafka.startTimeout();
    }

    /// How the history is signed, and the log checked against it.
    ///
    /// @param checkpointEvery the shortest time between two checkpoints
    /// @param scrubRate bytes a second that the check reads at most
    /// @param scrubEvery the shortest time from the beginning of one pass to that of the next
    public record Audit(Duration checkpointEvery, int scrubRate, Duration scrubEvery) {}

    /// What is kept free on the disk.
    ///
    /// @param reserveBytes beside what is needed to compact the index and the views
    public record Disk(long reserveBytes) {}

    /// What processes of a site share beside the log.
    ///
    /// @param identity the folder of the site's key; if empty, it is in the data folder
    /// @param blobs the folder of large content; likewise
    public record Shared(Optional<Path> identity, Optional<Path> blobs) {}

    /// The Kafka that the site's parts meet in.
    ///
    /// @param bootstrapServers where it is; empty for the site's own broker
    /// @param client what it asks of its clients besides, from a file: TLS and SASL. Holds secrets
    /// @param replicationFactor copies of each topic
    /// @param startTimeout longest wait for it, and for the Schema Registry, at a start
    public record Kafka(
            List<String> bootstrapServers,
            Map<String, String> client,
            int replicationFactor,
            Duration startTimeout) {
        public Kafka {
            bootstrapServers = List.copyOf(bootstrapServers);
            client = Map.copyOf(client);
        }

        /// Whether it is the site's own broker.
        public boolean isEmbedded() {
            return bootstrapServers.isEmpty();
        }

        @Override
        public String toString() {
            return "Kafka[bootstrapServers=%s, client=*** (%d settings), replicationFactor=%d]"
                    .formatted(bootstrapServers, client.size(), replicationFactor);
        }
    }

    /// Where other processes of the site answer what the gateway asks.
    ///
    /// @param views those that run `views`
    /// @param search those that run `search`
    public record Peers(List<URI> views, List<URI> search) {
        public Peers {
            views = List.copyOf(views);
            search = List.copyOf(search);
        }
    }

    /// Where metrics and health are told, and other processes of the site answered.
    ///
    /// @param host address to bind
    /// @param advertisedHost how other processes of the site reach it
    /// @param port TCP port; 0 asks the system for a free one
    public record Management(String host, String advertisedHost, int port) {}

    /// How the views are folded.
    ///
    /// @param standbys copies of each partition on other instances
    public record Views(int standbys) {}

    /// How documents are taken in.
    ///
    /// @param threads how many are cut at a time
    public record Documents(int threads) {}

    /// How tasks are handed out and done.
    ///
    /// @param requeueAfter how long one is queued before it is queued once more
    /// @param http what those of the kind `http` may call
    public record Tasks(Duration requeueAfter, HttpRules http) {}

    /// The Schema Registry.
    ///
    /// @param port where the site's own listens on the loopback address; 0 for any free one
    /// @param urls where another process's is; empty for the site's own
    public record Registry(int port, List<URI> urls) {
        public Registry {
            urls = List.copyOf(urls);
        }
    }

    /// How the HTTP gateway listens.
    ///
    /// @param host address to bind
    /// @param port TCP port; 0 asks the system for a free one
    /// @param maxBodyBytes largest request body taken
    /// @param allowedHosts further values of the `Host` header taken
    /// @param allowedOrigins further values of the `Origin` header taken
    /// @param outcomeTimeout longest wait for the outcome of a command before 503
    /// @param maxPending most commands awaited at once before 503
    /// @param tokenFile the file of the bearer token; if empty, it is in the data folder
    public record Gateway(
            String host,
            int port,
            int maxBodyBytes,
            Set<String> allowedHosts,
            Set<String> allowedOrigins,
            Duration outcomeTimeout,
            int maxPending,
            Optional<Path> tokenFile) {
        public Gateway {
            allowedHosts = Set.copyOf(allowedHosts);
            allowedOrigins = Set.copyOf(allowedOrigins);
        }
    }
}
