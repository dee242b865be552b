package dev.millrace.inference.work;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.domain.blob.BlobStore;
import dev.millrace.domain.task.DependencyResult;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState.Stage;

/// A task that the one in hand waited for, and what it gave.
///
/// Safe for use by many threads.
///
/// @param result how it ended, and where its output is
/// @param blobs where larger outputs are
public record Dependency(DependencyResult result, BlobStore blobs) {

    public TaskId task() {
        return result.task();
    }

    /// How it ended; [Stage#ABSENT] if there is no such task. Unless the task in hand says
    /// otherwise (`on_failed_dependency`), all have succeeded.
    public Stage status() {
        return result.end();
    }

    /// Whether [#output] gives something. Of a task that succeeded it does not if the output is
    /// over [DependencyResult#MOST_OUTPUT_BYTES] and not in the blob store, or if all of them
    /// together are over their bounds.
    public boolean hasOutput() {
        return result.output() != null;
    }

    /// What it gave. Blocks while that is read from the blob store.
    ///
    /// @throws WorkFailed for good with `no_dependency_output` if there is none here, or
    ///   `dependency_lost` if its blob is gone; for now with `dependency_unreadable` if that cannot
    ///   be read
    public JsonNode output() throws WorkFailed {
        return output(JsonNode.class);
    }

    /// The same as a record or a map; fields that it has no place for are left out.
    ///
    /// @throws WorkFailed as [#output()] does, and for good with `bad_dependency` if it is
    ///   something else
    public <T> T output(Class<T> type) throws WorkFailed {
        var output = result.output();
        if (output == null) {
            throw WorkFailed.forGood(
                    "no_dependency_output",
                    "task %s: %s, no output at hand (expected: one of at most %d bytes, or in the blob store)"
                            .formatted(
                                    task(),
                                    status().wireName(),
                                    DependencyResult.MOST_OUTPUT_BYTES));
        }
        return JsonContents.readPart(blobs, output, type, "dependency");
    }
}
