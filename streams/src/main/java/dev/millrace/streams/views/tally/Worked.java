package dev.millrace.streams.views.tally;

import dev.millrace.domain.task.TaskDecider;
import dev.millrace.domain.task.TaskEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a worker did of tasks of one kind.
///
/// What it began is what succeeded, failed, was lost or left undone, and what it has in its hands.
///
/// @param started attempts that it began
/// @param lost attempts whose lease ended in silence
/// @param undone attempts that it gave back, or that ended otherwise in its hands
/// @param running attempts that it has in its hands
/// @param first when it was first heard of
/// @param last when it was last heard of
/// @param lapse what failed last; null if nothing has
public record Worked(
        long started,
        long succeeded,
        long failed,
        long lost,
        long undone,
        long running,
        Instant first,
        Instant last,
        @Nullable Lapse lapse)
        implements Tally.OfWorker {

    /// It was heard of.
    public static Worked seen(Instant at) {
        return new Worked(0, 0, 0, 0, 0, 0, at, at, null);
    }

    /// It began an attempt.
    public static Worked began(Instant at) {
        return new Worked(1, 0, 0, 0, 0, 1, at, at, null);
    }

    /// An attempt is not in its hands any more.
    ///
    /// @param event what took it from there
    public static Worked over(TaskEvent event, Instant at) {
        return switch (event) {
            case TaskEvent.Succeeded _ -> new Worked(0, 1, 0, 0, 0, -1, at, at, null);
            case TaskEvent.AttemptFailed failed -> failed(Lapse.of(failed.failure(), at));
            case TaskEvent.Failed failed -> failed(Lapse.of(failed.failure(), at));
            case TaskEvent.Submitted _,
                    TaskEvent.Watched _,
                    TaskEvent.DependencyEnded _,
                    TaskEvent.Queued _,
                    TaskEvent.Started _,
                    TaskEvent.LeaseExtended _,
                    TaskEvent.Cancelled _,
                    TaskEvent.Expired _,
                    TaskEvent.Refused _ ->
                    new Worked(0, 0, 0, 0, 1, -1, at, at, null);
        };
    }

    private static Worked failed(Lapse lapse) {
        boolean isLost = lapse.code().equals(TaskDecider.LEASE_EXPIRED);
        var at = lapse.time();
        return new Worked(0, 0, isLost ? 0 : 1, isLost ? 1 : 0, 0, -1, at, at, lapse);
    }

    /// Both together.
    public Worked plus(Worked other) {
        return new Worked(
                started + other.started,
                succeeded + other.succeeded,
                failed + other.failed,
                lost + other.lost,
                undone + other.undone,
                running + other.running,
                first.isBefore(other.first) ? first : other.first,
                last.isAfter(other.last) ? last : other.last,
                Lapse.last(lapse, other.lapse));
    }

    @Override
    public boolean isIdle() {
        return running == 0;
    }

    @Override
    public OfWorker with(OfWorker other) {
        return plus((Worked) other);
    }
}
