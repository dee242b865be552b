package dev.millrace.domain.task;

/// The kinds of task that every site knows.
public final class TaskKinds {

    /// Takes a document in, until all of it is searchable. Its input is an object with `name`,
    /// `media_type` and either `text` or `blob` (`{"digest","size"}`).
    public static final String INGEST = "ingest";

    /// Whether the site's own topologies do the work: there is no queue of it, no lease and no
    /// claim.
    public static boolean isInHouse(String kind) {
        return kind.equals(INGEST);
    }

    private TaskKinds() {}
}
