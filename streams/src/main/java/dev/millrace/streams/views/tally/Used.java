package dev.millrace.streams.views.tally;

import dev.millrace.domain.task.TaskEvent;

/// What was done of the tasks of one kind that one actor submitted, on one day.
///
/// @param submitted tasks
/// @param attempts that began
/// @param succeeded tasks
/// @param failed tasks
/// @param cancelled tasks
/// @param expired tasks
/// @param micros of work: of attempts that were over, from when their worker said that it began
public record Used(
        long submitted,
        long attempts,
        long succeeded,
        long failed,
        long cancelled,
        long expired,
        long micros)
        implements Tally {

    public static final Used NONE = new Used(0, 0, 0, 0, 0, 0, 0);

    public static final Used SUBMITTED = new Used(1, 0, 0, 0, 0, 0, 0);

    public static final Used ATTEMPT = new Used(0, 1, 0, 0, 0, 0, 0);

    /// Work that is over.
    public static Used work(long micros) {
        return new Used(0, 0, 0, 0, 0, 0, micros);
    }

    /// How a task ended; nothing if the event is no end.
    public static Used end(TaskEvent event) {
        return switch (event) {
            case TaskEvent.Succeeded _ -> new Used(0, 0, 1, 0, 0, 0, 0);
            case TaskEvent.Failed _ -> new Used(0, 0, 0, 1, 0, 0, 0);
            case TaskEvent.Cancelled _ -> new Used(0, 0, 0, 0, 1, 0, 0);
            case TaskEvent.Expired _ -> new Used(0, 0, 0, 0, 0, 1, 0);
            case TaskEvent.Submitted _,
                    TaskEvent.Watched _,
                    TaskEvent.DependencyEnded _,
                    TaskEvent.Queued _,
                    TaskEvent.Started _,
                    TaskEvent.LeaseExtended _,
                    TaskEvent.AttemptFailed _,
                    TaskEvent.Refused _ ->
                    NONE;
        };
    }

    /// Both together.
    public Used plus(Used other) {
        return new Used(
                submitted + other.submitted,
                attempts + other.attempts,
                succeeded + other.succeeded,
                failed + other.failed,
                cancelled + other.cancelled,
                expired + other.expired,
                micros + other.micros);
    }
}
