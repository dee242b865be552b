package dev.millrace.gateway.admission;

import dev.millrace.domain.task.Failure;

/// What becomes of a request for a task.
sealed interface Verdict {

    /// Its task is in the log now.
    record Admitted() implements Verdict {}

    /// Its task was there before, asked for in the same words.
    record Duplicate() implements Verdict {}

    /// There will never be a task of it.
    ///
    /// @param cause for the dead letter
    record Refused(Failure cause) implements Verdict {}

    /// Nothing can be said of it now; it is safe to look at it again.
    ///
    /// @param why for people
    record Later(String why) implements Verdict {}
}
