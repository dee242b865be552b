package dev.millrace.schemas.topic;

import java.util.Locale;

/// How Kafka makes room in a topic.
public enum Cleanup {
    /// Old records go, if a retention says so.
    DELETE,
    /// Only the last record of each key stays.
    COMPACT;

    /// The value of Kafka's `cleanup.policy`.
    public String policy() {
        return name().toLowerCase(Locale.ROOT);
    }
}
