package dev.millrace.gateway.commands;

import dev.millrace.domain.task.TaskEvent.Reason;
import dev.millrace.domain.view.Position;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What was decided of a command or report.
public sealed interface Outcome {

    /// Where the event that says so stands.
    Position position();

    /// The command or report did what it asked for.
    ///
    /// @param leaseEnds when the attempt is taken for lost unless its worker speaks again; null if
    ///   that was not decided, or for never
    record Accepted(Position position, @Nullable Instant leaseEnds) implements Outcome {

        /// Of what has to do with no lease.
        public Accepted(Position position) {
            this(position, null);
        }
    }

    /// The command or report changed nothing.
    ///
    /// @param detail for people: the cause and the way out
    record Refused(Position position, Reason reason, String detail) implements Outcome {}
}
