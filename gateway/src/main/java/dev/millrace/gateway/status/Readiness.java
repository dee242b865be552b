package dev.millrace.gateway.status;

import java.util.List;
import java.util.Locale;

/// Whether the site is ready, and what each of its parts says.
///
/// @param ready whether requests will be served as they should
public record Readiness(boolean ready, List<Part> parts) {

    public Readiness {
        parts = List.copyOf(parts);
    }

    /// One part.
    ///
    /// @param detail for people; may be empty
    public record Part(String name, State state, String detail) {}

    /// How far a part is.
    public enum State {
        STARTING,
        /// For something that has to come back: room on the disk, the broker, the registry.
        WAITING,
        READY,
        FAILED;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
