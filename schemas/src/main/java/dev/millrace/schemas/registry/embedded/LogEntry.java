package dev.millrace.schemas.registry.embedded;

import org.jspecify.annotations.Nullable;

/// One change of the registry, as it is kept in its log. Written by [LogEntryJson].
sealed interface LogEntry {

    /// A version exists, or was hidden.
    record Stored(SchemaVersion version) implements LogEntry {}

    /// A version is gone.
    record Erased(String subject, int version) implements LogEntry {}

    /// All versions of a subject up to `version` are hidden.
    record SubjectHidden(String subject, int version) implements LogEntry {}

    /// A compatibility level was set.
    ///
    /// @param subject a subject or a context; null for all that have none of their own
    record LevelSet(@Nullable String subject, CompatibilityLevel level) implements LogEntry {}

    /// A compatibility level was taken back.
    ///
    /// @param subject as in [LevelSet]
    record LevelCleared(@Nullable String subject) implements LogEntry {}

    /// A context other than the default one was registered in.
    record ContextUsed(String context) implements LogEntry {}

    /// Ids of a context up to this one were given out: they stay taken when their schemas are
    /// erased, because records kept for ever name them.
    record IdsTaken(String context, int id) implements LogEntry {}
}
