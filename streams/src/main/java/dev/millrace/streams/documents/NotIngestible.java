package dev.millrace.streams.documents;

import dev.millrace.domain.task.Failure;
import java.io.Serial;

/// Nothing can be made of what a task brings.
final class NotIngestible extends Exception {

    @Serial private static final long serialVersionUID = 1;

    private final transient Failure failure;

    /// @param code for programs, in snake_case
    /// @param detail for people
    NotIngestible(String code, String detail) {
        super(code + ": " + detail);
        this.failure = new Failure(code, detail);
    }

    Failure failure() {
        return failure;
    }
}
