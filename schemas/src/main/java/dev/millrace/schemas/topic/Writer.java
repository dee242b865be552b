package dev.millrace.schemas.topic;

import java.util.Locale;

/// A part of a site that may write to a topic; what access control on the broker follows.
public enum Writer {
    GATEWAY,
    DECIDE,
    DOCUMENTS,
    EMBEDDER,
    SEARCH,
    DISPATCH,
    TASK_WORKER,
    AUDIT,
    VIEWS;

    /// The name for people and for principals, for instance `decide`.
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
