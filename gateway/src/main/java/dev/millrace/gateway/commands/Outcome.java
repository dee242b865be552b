package dev.millrace.gateway.commands;

import dev.millrace.domain.task.TaskEvent.Reason;
import dev.millrace.domain.view.Position;

/// What was decided of a command.
public sealed interface Outcome {

    /// Where the event that says so stands.
    Position position();

    /// The command did what it asked for.
    record Accepted(Position position) implements Outcome {}

    /// The command changed nothing.
    ///
    /// @param detail for people: the cause and the way out
    record Refused(Position position, Reason reason, String detail) implements Outcome {}
}
