package dev.millrace.streams.views.fold;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/// How much happened in a span of time, of one partition or of all.
///
/// @param documents accepted
/// @param chunks documents were cut into
/// @param embeddings chunks that got their first vector
/// @param searchable chunks that became searchable
/// @param tasksEnded tasks that succeeded or failed
public record Activity(
        long documents, long chunks, long embeddings, long searchable, long tasksEnded) {

    public static final Activity NONE = new Activity(0, 0, 0, 0, 0);

    static final Activity TASK_ENDED = new Activity(0, 0, 0, 0, 1);

    /// Both together.
    public Activity plus(Activity other) {
        return new Activity(
                documents + other.documents,
                chunks + other.chunks,
                embeddings + other.embeddings,
                searchable + other.searchable,
                tasksEnded + other.tasksEnded);
    }

    /// The row of the view `throughput`.
    ///
    /// @param start of the span
    public ObjectNode row(Instant start) {
        return Json.object()
                .put("start", Json.time(start))
                .put("seconds", ActivityLog.BUCKET_SECONDS)
                .put("documents", documents)
                .put("chunks", chunks)
                .put("embeddings", embeddings)
                .put("searchable", searchable)
                .put("tasks_ended", tasksEnded);
    }
}
