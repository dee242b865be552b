package dev.millrace.site.runtime;

import java.util.HashMap;
import java.util.Map;

/// The log that the site's parts meet in: a Kafka that has all topics of the catalogue.
///
/// @param client how its clients reach it
record SiteLog(Map<String, Object> client) {

    SiteLog {
        client = Map.copyOf(client);
    }

    /// The same, for a member of a group that keeps its place over a crash: it comes back under its
    /// name, and does not wait for the session of its dead self to end.
    Map<String, Object> clientOf(String member) {
        var client = new HashMap<>(this.client);
        client.put("group.instance.id", member);
        return Map.copyOf(client);
    }
}
