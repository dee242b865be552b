package dev.millrace.domain.task;

import java.util.Locale;

/// Which of the waiting tasks of a kind goes first. None starves: the lowest keeps a share.
public enum Priority {
    HIGH,
    NORMAL,
    LOW;

    /// The name on the wire, in JSON and in topics, for instance `high`.
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The priority a wire name stands for; [#NORMAL] for one of a newer version.
    public static Priority ofWireName(String name) {
        for (var priority : values()) {
            if (priority.wireName().equals(name)) {
                return priority;
            }
        }
        return NORMAL;
    }
}
