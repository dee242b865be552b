package dev.millrace.gateway.tasks;

import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.view.RowQuery;
import dev.millrace.domain.view.Views;
import dev.millrace.domain.view.Views.ViewRow;
import dev.millrace.gateway.commands.SubmissionsUnavailable;
import dev.millrace.gateway.commands.TaskEnd;
import dev.millrace.gateway.commands.TaskSubmissions;
import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.rows.RowAnswers;
import dev.millrace.gateway.submit.Submission;
import dev.millrace.gateway.submit.Submitter;
import dev.millrace.gateway.submit.Submitter.Accepted;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// Answers that wait until a task has ended, for callers who would rather not ask again.
///
/// The wait begins before anything else is done, so no end is missed, however early it comes. What
/// ended before is in the view `tasks`, which may lag behind the log: its row is read again, after
/// 50 ms at first and every 2 s at last, until it says so, the end comes, or the time is up. Once
/// the end has come, the row is read as soon as the view has come to it.
///
/// Safe for use by many threads; never blocks.
public final class TaskWaits {

    private static final String TASKS = "tasks";
    private static final int FIRST_PAUSE_MILLIS = 50;
    private static final int LONGEST_PAUSE_MILLIS = 2_000;

    /* The looks at a row after the end came: the view has five seconds to catch up. */
    private static final int LOOKS_AFTER_THE_END = 7;

    /* As many looks at a row that is not there: a task of a moment ago is there by then. */
    private static final int LOOKS_AT_NOTHING = 5;

    private final Submitter submitter;
    private final TaskSubmissions submissions;
    private final Views views;
    private final Map<Long, CompletableFuture<TaskEnd>> awaited = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private volatile boolean closing;

    /// @param submissions tells when tasks end
    /// @param views tell what became of tasks that ended before
    public TaskWaits(Submitter submitter, TaskSubmissions submissions, Views views) {
        this.submitter = submitter;
        this.submissions = submissions;
        this.views = views;
    }

    /// From now on nobody waits: the time of all who do is up.
    public void close() {
        closing = true;
        awaited.values().forEach(TaskWaits::giveUp);
    }

    private CompletableFuture<TaskEnd> awaitEnd(Call call, TaskId task, PreferredWait wait) {
        var end = submissions.awaitEnd(call.tenant(), task, wait.duration());
        long number = numbers.incrementAndGet();
        awaited.put(number, end);
        var _ = end.whenComplete((_, _) -> awaited.remove(number));
        if (closing) {
            giveUp(end);
        }
        return end;
    }

    private static void giveUp(CompletableFuture<TaskEnd> end) {
        end.completeExceptionally(new TimeoutException("the gateway is closing"));
    }

    /// Submits, and answers 202; or, if the caller likes to wait, 200 with how the task ended if it
    /// does in time.
    CompletionStage<Answer> submit(Call call, Submission submission) {
        return answer(call, submission.task(), () -> submitter.submit(call, submission));
    }

    /// The same for what is accepted in another way.
    CompletionStage<Answer> answer(
            Call call, TaskId task, Supplier<CompletionStage<Accepted>> submitting) {
        var wait = PreferredWait.of(call.text("Prefer"));
        return wait == null
                ? submitting.get().thenApply(Accepted::answer)
                : submitAndWait(call, task, submitting, wait);
    }

    private CompletionStage<Answer> submitAndWait(
            Call call,
            TaskId task,
            Supplier<CompletionStage<Accepted>> submitting,
            PreferredWait wait) {
        var end = awaitEnd(call, task, wait);
        if (isRefused(end)) {
            return submitting.get().thenApply(Accepted::answer);
        }
        return submitting
                .get()
                .whenComplete((_, refused) -> {
                    if (refused != null) {
                        end.cancel(false);
                    }
                })
                .thenCompose(accepted ->
                        accepted.task().equals(task)
                                ? ended(call, accepted, end, accepted.replayed())
                                : ended(call, accepted, instead(call, accepted, end, wait), true))
                .thenApply(wait::applied);
    }

    /// Waits for the end of the task that follows the one that was asked for.
    private CompletableFuture<TaskEnd> instead(
            Call call, Accepted accepted, CompletableFuture<TaskEnd> end, PreferredWait wait) {
        end.cancel(false);
        return awaitEnd(call, accepted.task(), wait);
    }

    /// The row of a task once it has ended, or as it is when the time is up.
    CompletionStage<Answer> row(Call call, PreferredWait wait) {
        var task = TaskId.parse(call.required("task"));
        var end = awaitEnd(call, task, wait);
        var query = RowAnswers.row(call, TASKS, task.toString());
        var fields = RowAnswers.fields(call, TASKS);
        if (isRefused(end)) {
            return views.get(query).thenApply(row -> RowAnswers.row(call, TASKS, row, fields));
        }
        return new Look(query, end, LOOKS_AFTER_THE_END)
                .untilEnded(0, 0)
                .whenComplete((_, _) -> end.cancel(false))
                .thenApply(row -> RowAnswers.row(call, TASKS, row, fields))
                .thenApply(wait::applied);
    }

    /// Whether nobody can wait just now; then nobody does, since a wait is no more than a wish.
    private static boolean isRefused(CompletableFuture<TaskEnd> end) {
        return end.isCompletedExceptionally()
                && end.exceptionNow() instanceof SubmissionsUnavailable;
    }

    /// @param mayHaveEnded whether its end may have come before it was waited for
    private CompletionStage<Answer> ended(
            Call call, Accepted accepted, CompletableFuture<TaskEnd> end, boolean mayHaveEnded) {
        var byEvent =
                end.handle((ended, _) ->
                        ended == null
                                ? accepted.answer()
                                : accepted.ended(EndedTask.of(ended).body().toString()));
        if (!mayHaveEnded) {
            return byEvent;
        }
        // It may have ended long ago, and then its row says so, or soon will.
        return new Look(new RowQuery(TASKS, call.tenant(), accepted.task().toString()), end, 0)
                .untilEnded(0, 0)
                .<Answer>thenCompose(row -> {
                    var ended = EndedTask.of(row);
                    if (ended == null) {
                        return byEvent;
                    }
                    end.cancel(false);
                    return CompletableFuture.completedStage(
                            accepted.ended(ended.body().toString()));
                })
                .exceptionallyCompose(_ -> byEvent);
    }

    /// Looks at the row of a task again and again.
    private final class Look {

        private final RowQuery query;
        private final CompletableFuture<TaskEnd> end;
        private final int mostAfter;

        /// @param end ends the looking, one way or the other
        /// @param mostAfter how often to look again after the end came, for the view to catch up
        Look(RowQuery query, CompletableFuture<TaskEnd> end, int mostAfter) {
            this.query = query;
            this.end = end;
            this.mostAfter = mostAfter;
        }

        /// The row that says that the task has ended, or the last one there was.
        ///
        /// @param looks so many were there
        /// @param after so many of them since the end came
        CompletionStage<ViewRow> untilEnded(int looks, int after) {
            boolean isTimeUp = end.isCompletedExceptionally();
            boolean hasEnded = end.isDone() && !isTimeUp;
            return read(hasEnded && after == 0 && mostAfter > 0)
                    .thenCompose(row -> {
                        boolean isOver =
                                isTimeUp
                                        || EndedTask.of(row) != null
                                        || (hasEnded && after == mostAfter)
                                        || (row.json() == null && looks == LOOKS_AT_NOTHING);
                        return isOver
                                ? CompletableFuture.completedStage(row)
                                : pause(hasEnded ? after : looks)
                                        .thenCompose(_ ->
                                                untilEnded(
                                                        looks + 1, hasEnded ? after + 1 : after));
                    });
        }

        /// @param isToKnow whether the view is given the time to come to the end
        private CompletionStage<ViewRow> read(boolean isToKnow) {
            if (!isToKnow) {
                return views.get(query);
            }
            var known = query.after().join(end.join().position());
            return views.get(
                            new RowQuery(
                                    query.view(),
                                    query.tenant(),
                                    query.key(),
                                    known,
                                    query.asOf(),
                                    query.staleOk()))
                    .exceptionallyCompose(_ -> views.get(query));
        }

        /// Until it is worth looking again: the end cuts a pause short, unless it came before.
        private CompletionStage<?> pause(int looks) {
            int millis = FIRST_PAUSE_MILLIS << Math.min(looks, 6);
            var over = new CompletableFuture<Boolean>();
            over.completeOnTimeout(
                    true, Math.min(millis, LONGEST_PAUSE_MILLIS), TimeUnit.MILLISECONDS);
            if (!end.isDone()) {
                var _ = end.whenComplete((_, _) -> over.complete(true));
            }
            return over;
        }
    }
}
