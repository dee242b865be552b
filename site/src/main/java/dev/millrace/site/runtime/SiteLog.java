package dev.millrace.site.runtime;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;

/// The log that the site's parts meet in: a Kafka that has all topics of the catalogue.
///
/// @param client how its clients reach it, secrets included
record SiteLog(Map<String, Object> client) {

    private static final Duration LONGEST_RECONNECT = Duration.ofSeconds(5);

    SiteLog {
        client = Map.copyOf(client);
    }

    /// @param security what it asks of its clients
    /// @param watching what its clients tell of themselves, and to whom
    static SiteLog of(
            List<String> servers, Map<String, String> security, Map<String, Object> watching) {
        var client = new HashMap<>(watching);
        // Dozens of clients that look for a broker once a second keep a core busy while it is away.
        client.put(
                CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                (int) LONGEST_RECONNECT.toMillis());
        client.putAll(security);
        client.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, String.join(",", servers));
        return new SiteLog(client);
    }

    /// The same, for a member of a group that keeps its place over a crash: it comes back under its
    /// name, and does not wait for the session of its dead self to end.
    Map<String, Object> clientOf(String member) {
        var client = new HashMap<>(this.client);
        client.put(CommonClientConfigs.GROUP_INSTANCE_ID_CONFIG, member);
        return Map.copyOf(client);
    }

    @Override
    public String toString() {
        return "SiteLog[" + client.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG) + "]";
    }
}
