package dev.millrace.domain.document;

import dev.millrace.domain.event.DerivedId;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.task.TaskId;
import java.util.UUID;

/// Names a document: a UUIDv8 of its tenant, its name and its content, so that taking the same
/// document in again changes nothing.
public record DocumentId(UUID value) implements Comparable<DocumentId> {

    /// The id of a document.
    ///
    /// @param name its relative path, or whatever its publisher calls it
    public static DocumentId of(String tenant, String name, Digest content) {
        return new DocumentId(DerivedId.of("document", tenant, name, content.hex()));
    }

    /// Reads the usual text form.
    ///
    /// @throws IllegalArgumentException if `text` is not a UUID
    public static DocumentId parse(String text) {
        return new DocumentId(UUID.fromString(text));
    }

    /// The id of the task that takes this document in when its publisher names none.
    public TaskId ingestTask() {
        return new TaskId(DerivedId.of("ingest", value.toString()));
    }

    @Override
    public int compareTo(DocumentId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
