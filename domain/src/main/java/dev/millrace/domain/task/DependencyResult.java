package dev.millrace.domain.task;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.task.TaskState.Stage;
import org.jspecify.annotations.Nullable;

/// What a task that another one waited for gave.
///
/// @param end how it ended; [Stage#ABSENT] if there is no such task
/// @param output a JSON object in the shape of its kind; null if it did not succeed, and if the
///   output is left out: its row has it then
public record DependencyResult(TaskId task, Stage end, @Nullable Content output) {

    /// An output inside the log is passed on if it is no larger, in bytes of UTF-8. The address of
    /// a blob always is.
    public static final int MOST_OUTPUT_BYTES = 8 * 1024;

    /// All tasks that wait when a task ends are told in one transaction, which must not take long:
    /// an output is passed on to them if it is no larger, in bytes of UTF-8, once for each of them.
    public static final int MOST_BYTES_AT_ONCE = 8 * 1024 * 1024;

    /// Whether nothing of it is left out.
    public boolean isWhole() {
        return end != Stage.SUCCEEDED || output != null;
    }

    /// The same without its output.
    public DependencyResult withoutOutput() {
        return new DependencyResult(task, end, null);
    }

    /// What of an output is passed on to those who wait for it; null for nothing.
    static @Nullable Content passedOn(Content output) {
        return bytes(output) > MOST_OUTPUT_BYTES ? null : output;
    }

    /// What of an output is passed on to so many tasks that wait for it when it is given; null for
    /// nothing.
    ///
    /// @param output what may be passed on; null for nothing
    public static @Nullable Content toldAtOnce(@Nullable Content output, long tasks) {
        return output == null || bytes(output) * tasks > MOST_BYTES_AT_ONCE ? null : output;
    }

    /// How much of a record the output takes, in bytes of UTF-8.
    int bytes() {
        return output == null ? 0 : bytes(output);
    }

    private static int bytes(Content output) {
        return output instanceof Content.Inline(String text) ? text.getBytes(UTF_8).length : 0;
    }
}
