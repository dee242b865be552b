package dev.millrace.streams.views.fold;

import dev.millrace.domain.task.TaskEvent;
import dev.millrace.streams.views.tally.Tally;
import dev.millrace.streams.views.tally.UsageTallies;
import dev.millrace.streams.views.tally.Used;
import dev.millrace.streams.views.tally.Worked;
import dev.millrace.streams.views.tally.WorkerKey;
import dev.millrace.streams.views.tally.WorkerTallies;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// One partition's part of the views `workers` and `usage`: what each event of a task adds to them,
/// told from the task's rows before and after it.
///
/// An attempt begins when it comes into a worker's hands, and once more if it comes into another's.
/// Where nobody said that it began, it begins with its end.
///
/// Confined to the stream thread.
final class WorkLog {

    private final WorkerTallies workers;
    private final UsageTallies usage;

    WorkLog(KeyValueStore<String, Tally> store) {
        this.workers = new WorkerTallies(store);
        this.usage = new UsageTallies(store);
    }

    /// Adds what an event did.
    ///
    /// @param before null if the event is the submission
    /// @param millis the record's timestamp
    void add(
            @Nullable TaskRow before,
            TaskRow after,
            TaskEvent event,
            HistoryItem item,
            long millis) {
        if (before == null) {
            use(after, millis, Used.SUBMITTED);
        } else if (!before.isEnded()) {
            use(after, millis, work(before, after, event, item).plus(Used.end(event)));
        }
    }

    /// What an event did to the attempt that is in somebody's hands, or was.
    private Used work(TaskRow before, TaskRow after, TaskEvent event, HistoryItem item) {
        var at = item.time();
        if (before.isRunning() && after.isRunning()) {
            return goesOn(before, after, event, at);
        }
        if (before.isRunning()) {
            add(after, before.worker(), Worked.over(event, at));
            return Used.work(micros(before.started(), at));
        }
        if (after.isRunning()) {
            add(after, after.worker(), Worked.began(at));
            return Used.ATTEMPT;
        }
        if (before.isQueued() && isReported(event)) {
            add(after, before.holder(item), Worked.began(at).plus(Worked.over(event, at)));
            return Used.ATTEMPT;
        }
        return Used.NONE;
    }

    private Used goesOn(TaskRow before, TaskRow after, TaskEvent event, Instant at) {
        if (Objects.equals(before.worker(), after.worker())) {
            if (event instanceof TaskEvent.Started || event instanceof TaskEvent.LeaseExtended) {
                add(after, after.worker(), Worked.seen(at));
            }
            return Used.NONE;
        }
        add(after, after.worker(), Worked.began(at));
        if (before.worker() == null) {
            return Used.NONE; // it had begun in somebody's hands, and now there is a name for them
        }
        add(after, before.worker(), Worked.over(event, at));
        return Used.ATTEMPT.plus(Used.work(micros(before.started(), at)));
    }

    /// Whether a worker says what came of an attempt.
    private static boolean isReported(TaskEvent event) {
        return event instanceof TaskEvent.Succeeded
                || event instanceof TaskEvent.AttemptFailed
                || event instanceof TaskEvent.Failed;
    }

    private void add(TaskRow task, @Nullable String worker, Worked done) {
        if (worker != null) {
            workers.add(task.tenant(), WorkerKey.ofKind(worker, task.kind()), done);
        }
    }

    private void use(TaskRow task, long millis, Used used) {
        var actor = task.actor();
        usage.add(task.tenant(), millis, task.kind(), actor.proof(), actor.id(), used);
    }

    /// Clocks may go back between the two.
    private static long micros(@Nullable Instant from, Instant to) {
        return from == null ? 0 : Math.max(0, Duration.between(from, to).toNanos() / 1_000);
    }
}
