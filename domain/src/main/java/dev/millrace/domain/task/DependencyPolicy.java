package dev.millrace.domain.task;

import java.util.Locale;

/// What becomes of a task when one that it waits for ends without having succeeded.
public enum DependencyPolicy {
    /// It fails with `dependency_failed`.
    FAIL,
    /// It is cancelled.
    SKIP,
    /// It goes on as if that had succeeded.
    RUN;

    /// The name on the wire and in JSON, for instance `fail`.
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The policy a wire name stands for; [#FAIL] for one of a newer version.
    public static DependencyPolicy ofWireName(String name) {
        for (var policy : values()) {
            if (policy.wireName().equals(name)) {
                return policy;
            }
        }
        return FAIL;
    }
}
