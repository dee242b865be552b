package dev.millrace.domain.task;

import java.util.Set;

/// The kinds of task that every site knows.
public final class TaskKinds {

    /// Takes a document in, until all of it is searchable. Its input is an object with `name`,
    /// `media_type` and either `text` or `blob` (`{"digest","size"}`).
    public static final String INGEST = "ingest";

    /// All of them.
    public static final Set<String> ALL = Set.of(INGEST);

    private TaskKinds() {}
}
