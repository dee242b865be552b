package dev.millrace.domain.kind;

import dev.millrace.domain.task.Retries;
import java.time.Duration;
import java.util.Set;

/// Kinds to test with.
final class Kinds {

    private Kinds() {}

    static TaskKind kind(String name, int version) {
        return kind(name, version, "");
    }

    static TaskKind kind(String name, int version, String description) {
        return new TaskKind(
                name,
                version,
                description,
                null,
                "{\"type\":\"object\"}",
                Retries.DEFAULT,
                TaskKind.DEFAULT_LEASE,
                Duration.ofMinutes(1),
                Set.of("publisher"),
                Set.of());
    }

    static TaskKindEvent registered(String name, int version) {
        return new TaskKindEvent.Registered(kind(name, version));
    }
}
