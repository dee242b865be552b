package dev.millrace.streams.simulation.check;

import dev.millrace.domain.kind.BuiltInKinds;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.Terms;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// How things stand with a task, told from its events by hand: on purpose not by
/// `TaskDecider.evolve`, whose faults it is to find.
///
/// @param stage [Stage#NONE] before it was submitted
/// @param tenant whose it is; null before it was submitted
/// @param kind null before it was submitted
/// @param terms null before it was submitted
/// @param attempt the current one; 0 before it was submitted
/// @param holder who claimed the current attempt; null if nobody did
/// @param pending which of the tasks that it waits for, by their index, have not ended
/// @param due when a waiting task may be queued
/// @param again when a queued task is queued once more
/// @param leaseEnds of a running one
/// @param endsBy when a running one has failed in any case
record Situation(
        Stage stage,
        @Nullable String tenant,
        @Nullable String kind,
        @Nullable Terms terms,
        int attempt,
        @Nullable String holder,
        Set<Integer> pending,
        @Nullable Instant due,
        @Nullable Instant again,
        @Nullable Instant leaseEnds,
        @Nullable Instant endsBy) {

    static final Situation NONE =
            new Situation(Stage.NONE, null, null, null, 0, null, Set.of(), null, null, null, null);

    enum Stage {
        NONE,
        WAITING,
        QUEUED,
        RUNNING,
        ENDED
    }

    boolean isOpen() {
        return stage != Stage.NONE && stage != Stage.ENDED;
    }

    boolean isInHouse() {
        return kind != null && BuiltInKinds.isInHouse(kind);
    }

    @Nullable Instant deadline() {
        return terms == null ? null : terms.deadline();
    }

    /// @param by the tenant of the event
    Situation after(TaskEvent event, String by) {
        return switch (event) {
            case TaskEvent.Submitted submitted ->
                    new Situation(
                            submitted.due() == null && submitted.after().isEmpty()
                                    ? Stage.QUEUED
                                    : Stage.WAITING,
                            by,
                            submitted.kind(),
                            submitted.terms(),
                            1,
                            null,
                            upTo(submitted.after().size()),
                            submitted.due(),
                            submitted.again(),
                            null,
                            null);
            case TaskEvent.Queued queued ->
                    at(Stage.QUEUED, attempt, null, null, queued.again(), null, null);
            case TaskEvent.Started started ->
                    at(
                            Stage.RUNNING,
                            attempt,
                            started.worker(),
                            null,
                            null,
                            started.leaseEnds(),
                            started.endsBy());
            case TaskEvent.LeaseExtended extended ->
                    at(Stage.RUNNING, attempt, holder, null, null, extended.leaseEnds(), endsBy);
            case TaskEvent.AttemptFailed failed ->
                    at(Stage.WAITING, attempt + 1, null, failed.retryAt(), null, null, null);
            case TaskEvent.DependencyEnded ended ->
                    new Situation(
                            Stage.WAITING,
                            tenant,
                            kind,
                            terms,
                            attempt,
                            null,
                            without(ended.index()),
                            ended.due(),
                            null,
                            null,
                            null);
            case TaskEvent.Refused _, TaskEvent.Watched _ -> this;
            case TaskEvent.Succeeded _,
                    TaskEvent.Failed _,
                    TaskEvent.Cancelled _,
                    TaskEvent.Expired _ ->
                    at(Stage.ENDED, attempt, null, null, null, null, null);
        };
    }

    private static Set<Integer> upTo(int size) {
        return IntStream.range(0, size).boxed().collect(Collectors.toUnmodifiableSet());
    }

    private Set<Integer> without(int index) {
        return pending.stream().filter(one -> one != index).collect(Collectors.toUnmodifiableSet());
    }

    private Situation at(
            Stage newStage,
            int newAttempt,
            @Nullable String newHolder,
            @Nullable Instant newDue,
            @Nullable Instant newAgain,
            @Nullable Instant newLeaseEnds,
            @Nullable Instant newEndsBy) {
        return new Situation(
                newStage,
                tenant,
                kind,
                terms,
                newAttempt,
                newHolder,
                Set.of(),
                newDue,
                newAgain,
                newLeaseEnds,
                newEndsBy);
    }
}
