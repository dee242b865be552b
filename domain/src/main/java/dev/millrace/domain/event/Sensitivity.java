package dev.millrace.domain.event;

import java.util.Locale;

/// How far content may travel; each level includes the restrictions of those before it.
public enum Sensitivity {
    PUBLIC,
    INTERNAL,
    CONFIDENTIAL,
    RESTRICTED;

    /// The name on the wire, for instance `internal`.
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The level a wire name stands for. A level of a newer version reads as the strictest one.
    public static Sensitivity ofWireName(String name) {
        for (var level : values()) {
            if (level.wireName().equals(name)) {
                return level;
            }
        }
        return RESTRICTED;
    }

    /// The stricter of two levels.
    public Sensitivity strictest(Sensitivity other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
