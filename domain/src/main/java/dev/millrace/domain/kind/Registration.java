package dev.millrace.domain.kind;

import dev.millrace.domain.view.Position;

/// What came of registering a kind, once it is in the log.
public sealed interface Registration {

    /// The kind is there, with the content that was asked for.
    ///
    /// @param isNew whether this is what brought it there
    /// @param position how far the topic of kinds was read then, the registration included
    record Done(TaskKind kind, boolean isNew, Position position) implements Registration {}

    /// It is not: its name or version is taken, or is not the next.
    ///
    /// @param why for people: what is at fault, and what is expected
    record Refused(String why) implements Registration {}
}
