package dev.millrace.domain.task;

import java.util.UUID;

/// Names a task: UUIDv7, or v8 where it is derived from an idempotency key or a document.
public record TaskId(UUID value) implements Comparable<TaskId> {

    /// Reads the usual text form.
    ///
    /// @throws IllegalArgumentException if `text` is not a UUID
    public static TaskId parse(String text) {
        return new TaskId(UUID.fromString(text));
    }

    @Override
    public int compareTo(TaskId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
