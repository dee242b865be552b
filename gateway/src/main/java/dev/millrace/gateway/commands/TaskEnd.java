package dev.millrace.gateway.commands;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState.Stage;
import dev.millrace.domain.view.Position;
import org.jspecify.annotations.Nullable;

/// How a task ended.
///
/// @param stage one that is an end
/// @param attempt the last one, waited for or worked on
/// @param output null unless it succeeded
/// @param failure null unless it failed
/// @param position where the event stands that says so
public record TaskEnd(
        TaskId task,
        Stage stage,
        int attempt,
        @Nullable Content output,
        @Nullable Failure failure,
        Position position) {

    /// The end that an event tells of; null if it tells of none.
    ///
    /// @param position where the event stands
    static @Nullable TaskEnd of(TaskEvent event, Position position) {
        return switch (event) {
            case TaskEvent.Succeeded(var task, _, var attempt, var output) ->
                    new TaskEnd(task, Stage.SUCCEEDED, attempt, output, null, position);
            case TaskEvent.Failed(var task, _, var attempt, var failure) ->
                    new TaskEnd(task, Stage.FAILED, attempt, null, failure, position);
            case TaskEvent.Cancelled(var task, _, var attempt, _) ->
                    new TaskEnd(task, Stage.CANCELLED, attempt, null, null, position);
            case TaskEvent.Expired(var task, _, var attempt, _) ->
                    new TaskEnd(task, Stage.EXPIRED, attempt, null, null, position);
            case TaskEvent.Submitted _,
                    TaskEvent.Watched _,
                    TaskEvent.DependencyEnded _,
                    TaskEvent.Queued _,
                    TaskEvent.Started _,
                    TaskEvent.LeaseExtended _,
                    TaskEvent.AttemptFailed _,
                    TaskEvent.Refused _ ->
                    null;
        };
    }
}
