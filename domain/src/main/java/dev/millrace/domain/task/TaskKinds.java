package dev.millrace.domain.task;

/// The kinds of task that every site knows.
public final class TaskKinds {

    /// Takes a document in, until all of it is searchable. Its input is an object with `name`,
    /// `media_type` and either `text` or `blob` (`{"digest","size"}`).
    public static final String INGEST = "ingest";

    private TaskKinds() {}
}
