package dev.millrace.domain.task;

import static dev.millrace.domain.task.TaskStories.ANOTHER;
import static dev.millrace.domain.task.TaskStories.FAILURE;
import static dev.millrace.domain.task.TaskStories.INPUT;
import static dev.millrace.domain.task.TaskStories.NOON;
import static dev.millrace.domain.task.TaskStories.OTHER;
import static dev.millrace.domain.task.TaskStories.OTHER_INPUT;
import static dev.millrace.domain.task.TaskStories.TASK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.task.TaskEvent.Reason;
import dev.millrace.domain.task.TaskState.Stage;
import dev.millrace.domain.task.TaskStories.Input;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TaskDeciderTest {

    private static final int SEEDS = 5_000;
    private static final int INPUT_TYPES = 10;
    private static final Set<String> ENDS =
            Lifecycle.STEPS.stream()
                    .filter(step -> step.to().isEnded())
                    .map(Lifecycle::event)
                    .collect(Collectors.toUnmodifiableSet());
    private static final Content CONTENT = new Content.Inline("{}");
    private static final Terms TOO_LATE =
            new Terms(Priority.NORMAL, null, NOON, Retries.DEFAULT, null);
    private static final TaskCommand SUBMIT =
            new TaskCommand.Submit(TASK, "ingest", CONTENT, INPUT, Terms.DEFAULT, List.of());
    private static final TaskReport STARTED =
            new TaskReport.Started(TASK, 1, null, "worker-a", null);
    private static final TaskReport SUCCEEDED = new TaskReport.Succeeded(TASK, 1, null, CONTENT);
    private static final TaskReport FAILED = new TaskReport.Failed(TASK, 1, null, FAILURE, false);

    private final TaskDecider decider = new TaskDecider();

    @Test
    void taskIsSubmittedStartedAndSucceeds() {
        assertThat(outcomes(SUBMIT, STARTED, SUCCEEDED))
                .containsExactly(
                        submitted(1),
                        new TaskEvent.Started(TASK, 2, 1, "worker-a", null, null),
                        new TaskEvent.Succeeded(TASK, 3, 1, CONTENT));
    }

    @Test
    void reportMayEndAnAttemptItNeverAnnounced() {
        assertThat(outcomes(SUBMIT, FAILED))
                .containsExactly(submitted(1), new TaskEvent.Failed(TASK, 2, 1, FAILURE));
    }

    @Test
    void refusalNamesItsReason() {
        assertThat(reasons(STARTED)).containsExactly(Reason.UNKNOWN_TASK);
        assertThat(reasons(submit(TOO_LATE))).containsExactly(Reason.TOO_LATE);
        assertThat(reasons(SUBMIT, SUBMIT)).containsExactly(Reason.DUPLICATE);
        assertThat(reasons(SUBMIT, submit("ingest", OTHER_INPUT))).containsExactly(Reason.CONFLICT);
        assertThat(reasons(SUBMIT, new TaskReport.Started(TASK, 2, null, "late", null)))
                .containsExactly(Reason.STALE_ATTEMPT);
        assertThat(reasons(SUBMIT, FAILED, SUCCEEDED)).containsExactly(Reason.ALREADY_ENDED);
    }

    @Test
    void repeatIsToldThatItsTaskEndedWithoutSuccess() {
        assertThat(reasons(SUBMIT, SUCCEEDED, SUBMIT)).containsExactly(Reason.DUPLICATE);
        assertThat(reasons(SUBMIT, FAILED, SUBMIT)).containsExactly(Reason.ALREADY_ENDED);
        assertThat(reasons(SUBMIT, new TaskCommand.Cancel(TASK, "no"), SUBMIT))
                .containsExactly(Reason.ALREADY_ENDED);
        assertThat(reasons(SUBMIT, FAILED, submit("ingest", OTHER_INPUT)))
                .containsExactly(Reason.CONFLICT);
    }

    @Test
    void refusedSubmissionDoesNotTakeTheId() {
        assertThat(outcomes(submit(TOO_LATE), SUBMIT).getLast()).isEqualTo(submitted(2));
    }

    @Test
    void versionsOfATaskAreGapless() {
        everyStory((seed, inputs) -> {
            var events = outcomes(inputs);

            assertThat(events.stream().map(TaskEvent::version))
                    .as("seed %d: %s", seed, events)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, inputs.size()).boxed().toList());
        });
    }

    @Test
    void taskEndsAtMostOnceAndOnlyRefusalsFollow() {
        everyStory((seed, inputs) -> {
            var events = outcomes(inputs);

            assertThat(events.stream().dropWhile(event -> !ENDS.contains(event.type())).skip(1))
                    .as("seed %d: %s", seed, events)
                    .allMatch(TaskEvent.Refused.class::isInstance);
        });
    }

    @Test
    void everyStepIsInTheTableAndEveryLineOfTheTableHappens() {
        var happened = new HashSet<Lifecycle>();
        everyStory((seed, inputs) -> {
            for (var step : steps(inputs)) {
                if (step.event() instanceof TaskEvent.Refused) {
                    assertThat(step.to()).as("seed %d: %s", seed, step).isEqualTo(step.from());
                } else {
                    happened.add(new Lifecycle(step.from(), step.event().type(), step.to()));
                }
            }
        });
        assertThat(happened).containsExactlyInAnyOrderElementsOf(Lifecycle.STEPS);
    }

    @Test
    void everyInputIsAnsweredInEveryStage() {
        var answered = new HashSet<Map.Entry<Stage, String>>();
        everyStory((_, inputs) ->
                steps(inputs)
                        .forEach(step ->
                                answered.add(
                                        Map.entry(step.from(), step.input().message().type()))));
        assertThat(answered).hasSize(Stage.values().length * INPUT_TYPES);
    }

    @Test
    void nothingHappensToATaskAfterItsDeadlineButItsExpiry() {
        everyStory((seed, inputs) -> {
            for (var step : steps(inputs)) {
                var open = step.before() == null ? null : step.before().open();
                var deadline = open == null ? null : open.terms().deadline();
                boolean begins =
                        step.event() instanceof TaskEvent.Queued
                                || step.event() instanceof TaskEvent.Started;
                if (begins && deadline != null) {
                    assertThat(step.input().cause().time())
                            .as("seed %d: %s", seed, step)
                            .isBefore(deadline);
                }
                if (step.event() instanceof TaskEvent.Expired expired) {
                    assertThat(expired.deadline())
                            .as("seed %d: %s", seed, step)
                            .isEqualTo(deadline);
                }
            }
        });
    }

    @Test
    void attemptsFollowEachOtherAndNoneIsMoreThanWasAskedFor() {
        everyStory((seed, inputs) -> {
            int attempts = 0;
            for (var step : steps(inputs)) {
                var open = step.after().open();
                assertThat(step.after().attempt())
                        .as("seed %d: %s", seed, step)
                        .isBetween(attempts, attempts + 1);
                attempts = step.after().attempt();
                if (open != null) {
                    assertThat(attempts)
                            .as("seed %d: %s", seed, step)
                            .isLessThanOrEqualTo(open.terms().retries().mostAttempts());
                }
            }
        });
    }

    @Test
    void whatWaitsIsWokenAtItsMomentOrBefore() {
        everyStory((seed, inputs) -> {
            for (var step : steps(inputs)) {
                var open = step.after().open();
                if (open == null) {
                    assertThat(step.after().wakeAt()).as("seed %d: %s", seed, step).isNull();
                } else if (step.to() == Stage.WAITING && open.pending() != null) {
                    assertThat(open.pending().size()).as("seed %d: %s", seed, step).isPositive();
                } else if (step.to() == Stage.WAITING) {
                    assertThat(step.after().wakeAt())
                            .as("seed %d: %s", seed, step)
                            .isNotNull()
                            .isBeforeOrEqualTo(open.due());
                }
            }
        });
    }

    @Test
    void aWakeAtItsMomentAlwaysMovesATask() {
        everyStory((seed, inputs) -> {
            for (var step : steps(inputs)) {
                var due = step.after().wakeAt();
                if (due != null) {
                    // Even if the log's clock is behind the one that woke it.
                    var cause = new Cause(new UUID(0x8000, seed), NOON);
                    var event =
                            decider.decide(step.after(), new TaskCommand.Wake(TASK, due), cause);
                    assertThat(event)
                            .as("seed %d: %s", seed, step)
                            .isNotInstanceOf(TaskEvent.Refused.class);
                }
            }
        });
    }

    @Test
    void aFailedAttemptIsFollowedByAnotherAfterAPause() {
        var failed = new TaskReport.Failed(TASK, 1, null, FAILURE, true);
        var events = outcomes(SUBMIT, failed, SUCCEEDED);

        var pause = (TaskEvent.AttemptFailed) events.get(1);
        assertThat(pause.retryAt()).isBetween(NOON.plusMillis(1_500), NOON.plusMillis(2_000));
        assertThat(((TaskEvent.Refused) events.get(2)).reason()).isEqualTo(Reason.STALE_ATTEMPT);
        assertThat(outcomes(SUBMIT, failed, new TaskCommand.Wake(TASK, pause.retryAt())).getLast())
                .isEqualTo(
                        new TaskEvent.Queued(TASK, 3, 2, "ingest", CONTENT, Terms.DEFAULT, null));
    }

    @Test
    void aFailureThatNothingMendsIsFinal() {
        var retries =
                new Retries(9, Duration.ofSeconds(1), Duration.ofSeconds(1), Set.of("not_text"));
        var terms = new Terms(Priority.HIGH, null, null, retries, null);

        assertThat(
                        outcomes(submit(terms), new TaskReport.Failed(TASK, 1, null, FAILURE, true))
                                .getLast())
                .isEqualTo(new TaskEvent.Failed(TASK, 2, 1, FAILURE));
    }

    @Test
    void aSilentWorkerLosesItsAttempt() {
        var started = new TaskReport.Started(TASK, 1, null, "worker-a", Duration.ofSeconds(30));
        var leaseEnds = NOON.plusSeconds(31);
        var events = outcomes(SUBMIT, started, new TaskCommand.Wake(TASK, leaseEnds));

        assertThat(events.get(1))
                .isEqualTo(new TaskEvent.Started(TASK, 2, 1, "worker-a", leaseEnds, null));
        assertThat(((TaskEvent.AttemptFailed) events.get(2)).failure().code())
                .isEqualTo("lease_expired");
        assertThat(
                        reasons(
                                SUBMIT,
                                started,
                                new TaskReport.Heartbeat(TASK, 1, null, Duration.ofSeconds(60)),
                                new TaskCommand.Wake(TASK, leaseEnds)))
                .containsExactly(Reason.NOT_DUE);
    }

    @Test
    void nobodyBeginsAfterTheDeadlineThoughTheTaskHasNotExpiredYet() {
        // Inputs are a second apart: the first claim is in time, and the second is not.
        var deadline = NOON.plusSeconds(2);
        var terms = new Terms(Priority.NORMAL, null, deadline, Retries.DEFAULT, null);

        assertThat(reasons(submit(terms), STARTED)).isEmpty();
        assertThat(reasons(submit(terms), STARTED, STARTED)).containsExactly(Reason.TOO_LATE);
        assertThat(outcomes(submit(terms), STARTED, STARTED, new TaskCommand.Wake(TASK, deadline)))
                .last()
                .isEqualTo(new TaskEvent.Expired(TASK, 4, 1, deadline));
    }

    @Test
    void aTaskMayWaitForItsMoment() {
        var moment = NOON.plusSeconds(3_600);
        var terms = new Terms(Priority.NORMAL, moment, null, Retries.DEFAULT, null);
        var events = outcomes(submit(terms), STARTED, new TaskCommand.Wake(TASK, moment), STARTED);

        assertThat(events.get(0))
                .isEqualTo(
                        new TaskEvent.Submitted(
                                TASK, 1, "ingest", CONTENT, INPUT, terms, moment, null, List.of()));
        assertThat(((TaskEvent.Refused) events.get(1)).reason()).isEqualTo(Reason.NOT_DUE);
        assertThat(events.get(2))
                .isEqualTo(new TaskEvent.Queued(TASK, 3, 1, "ingest", CONTENT, terms, null));
        assertThat(events.get(3))
                .isEqualTo(new TaskEvent.Started(TASK, 4, 1, "worker-a", null, null));
    }

    @Test
    void anAttemptIsHeldByOneWorkerAtATime() {
        var lease = Duration.ofSeconds(10);
        var submit = submit("echo", INPUT);
        var first = new TaskReport.Started(TASK, 1, null, "worker-a", lease);
        var second = new TaskReport.Started(TASK, 1, null, "worker-b", lease);
        var released = new TaskReport.Released(TASK, 1, null);

        assertThat(reasons(submit, first, second)).containsExactly(Reason.TAKEN);
        assertThat(reasons(submit, first, first)).isEmpty();
        assertThat(outcomes(submit, first, released, second))
                .last()
                .isInstanceOfSatisfying(
                        TaskEvent.Started.class,
                        started -> assertThat(started.worker()).isEqualTo("worker-b"));
    }

    @Test
    void aWorkerThatAsksForNoLeaseGetsTheUsualOne() {
        assertThat(outcomes(submit("echo", INPUT), STARTED))
                .last()
                .isInstanceOfSatisfying(
                        TaskEvent.Started.class,
                        started ->
                                assertThat(started.leaseEnds())
                                        .isBetween(
                                                NOON.plus(TaskReport.USUAL_LEASE),
                                                NOON.plus(TaskReport.USUAL_LEASE).plusSeconds(1)));
    }

    @Test
    void whatNoWorkerTakesIsQueuedOnceMoreAndEachTimeLater() {
        var again = NOON.plus(TaskDecider.USUAL_PATIENCE);
        var later = NOON.plus(TaskDecider.USUAL_PATIENCE.multipliedBy(3));
        var events =
                outcomes(
                        submit("echo", INPUT),
                        new TaskCommand.Wake(TASK, again),
                        new TaskCommand.Wake(TASK, again),
                        new TaskCommand.Wake(TASK, later));

        assertThat(((TaskEvent.Submitted) events.get(0)).again()).isEqualTo(again);
        assertThat(((TaskEvent.Queued) events.get(1)).again()).isEqualTo(later);
        assertThat(((TaskEvent.Refused) events.get(2)).reason()).isEqualTo(Reason.NOT_DUE);
        assertThat(((TaskEvent.Queued) events.get(3)).again())
                .isEqualTo(later.plus(TaskDecider.USUAL_PATIENCE.multipliedBy(4)));
    }

    @Test
    void aTaskWaitsForOthersAndThenForItsMoment() {
        var first = new TaskCommand.Settle(TASK, OTHER, 0, Stage.SUCCEEDED, null);
        var second = new TaskCommand.Settle(TASK, ANOTHER, 1, Stage.SUCCEEDED, null);

        var events = outcomes(after(Terms.DEFAULT), first, first, second);

        assertThat(((TaskEvent.Submitted) events.get(0)).isQueued()).isFalse();
        assertThat(events.get(1))
                .isEqualTo(
                        new TaskEvent.DependencyEnded(TASK, 2, OTHER, 0, Stage.SUCCEEDED, 1, null));
        assertThat(((TaskEvent.Refused) events.get(2)).reason()).isEqualTo(Reason.NO_DEPENDENCY);
        assertThat(events.get(3))
                .isEqualTo(
                        new TaskEvent.Queued(TASK, 4, 1, "ingest", CONTENT, Terms.DEFAULT, null));

        var moment = NOON.plusSeconds(3_600);
        var later = new Terms(Priority.NORMAL, moment, null, Retries.DEFAULT, null);
        var wake = new TaskCommand.Wake(TASK, moment);
        assertThat(outcomes(after(later), wake, first, second, wake).stream().skip(1))
                .satisfiesExactly(
                        refused -> assertThat(refused).isInstanceOf(TaskEvent.Refused.class),
                        one -> assertThat(one).isInstanceOf(TaskEvent.DependencyEnded.class),
                        other ->
                                assertThat(((TaskEvent.DependencyEnded) other).due())
                                        .isEqualTo(moment),
                        queued -> assertThat(queued).isInstanceOf(TaskEvent.Queued.class));
    }

    @Test
    void whatBecomesOfATaskWhoseDependencyFailsIsItsPolicy() {
        var failed = new TaskCommand.Settle(TASK, OTHER, 0, Stage.FAILED, null);
        var unknown = new TaskCommand.Settle(TASK, OTHER, 0, Stage.ABSENT, null);

        assertThat(outcomes(after(on(DependencyPolicy.FAIL)), failed).getLast())
                .isInstanceOfSatisfying(
                        TaskEvent.Failed.class,
                        end -> assertThat(end.failure().code()).isEqualTo("dependency_failed"));
        assertThat(outcomes(after(on(DependencyPolicy.FAIL)), unknown).getLast())
                .isInstanceOfSatisfying(
                        TaskEvent.Failed.class,
                        end -> assertThat(end.failure().detail()).contains("never submitted"));
        assertThat(outcomes(after(on(DependencyPolicy.SKIP)), failed).getLast())
                .isInstanceOf(TaskEvent.Cancelled.class);
        assertThat(outcomes(after(on(DependencyPolicy.RUN)), failed).getLast())
                .isInstanceOf(TaskEvent.DependencyEnded.class);
    }

    @Test
    void aTaskThatWaitsForItselfIsRefused() {
        assertThat(
                        reasons(
                                new TaskCommand.Submit(
                                        TASK,
                                        "echo",
                                        CONTENT,
                                        INPUT,
                                        Terms.DEFAULT,
                                        List.of(OTHER, TASK))))
                .containsExactly(Reason.CYCLE);
    }

    private static Terms on(DependencyPolicy policy) {
        return new Terms(Priority.NORMAL, null, null, Retries.DEFAULT, null, policy, null, null);
    }

    private static TaskCommand after(Terms terms) {
        return new TaskCommand.Submit(
                TASK, "ingest", CONTENT, INPUT, terms, List.of(OTHER, ANOTHER));
    }

    @Test
    void anAttemptEndsWithItsTimeHoweverAliveItsWorkerIs() {
        var terms = Terms.DEFAULT.within(Duration.ofSeconds(20));
        var submit = new TaskCommand.Submit(TASK, "echo", CONTENT, INPUT, terms, List.of());
        var lease = Duration.ofSeconds(15);
        var started = new TaskReport.Started(TASK, 1, null, "worker-a", lease);
        var heartbeat = new TaskReport.Heartbeat(TASK, 1, null, Duration.ofMinutes(5));

        var events = outcomes(submit, started, heartbeat);
        var endsBy = ((TaskEvent.Started) events.get(1)).endsBy();
        assertThat(endsBy).isBetween(NOON.plusSeconds(20), NOON.plusSeconds(21));
        assertThat(((TaskEvent.LeaseExtended) events.get(2)).leaseEnds()).isEqualTo(endsBy);

        assertThat(
                        outcomes(
                                submit,
                                started,
                                heartbeat,
                                new TaskCommand.Wake(TASK, Objects.requireNonNull(endsBy))))
                .last()
                .isInstanceOfSatisfying(
                        TaskEvent.AttemptFailed.class,
                        failed -> assertThat(failed.failure().code()).isEqualTo("timed_out"));
    }

    @Test
    void whatIsCancelledStaysSo() {
        assertThat(outcomes(SUBMIT, new TaskCommand.Cancel(TASK, "no"), SUCCEEDED).get(1))
                .isEqualTo(new TaskEvent.Cancelled(TASK, 2, 1, "no"));
        assertThat(reasons(SUBMIT, new TaskCommand.Cancel(TASK, "no"), SUCCEEDED))
                .containsExactly(Reason.ALREADY_ENDED);
    }

    @Test
    void aDeadlineThatHasPassedIsRefusedAndOneThatPassesEndsTheTask() {
        var late = new Terms(Priority.NORMAL, null, NOON, Retries.DEFAULT, null);
        assertThat(reasons(submit(late))).containsExactly(Reason.TOO_LATE);

        var deadline = NOON.plusSeconds(2);
        var inTime = new Terms(Priority.NORMAL, null, deadline, Retries.DEFAULT, null);
        assertThat(
                        outcomes(submit(inTime), STARTED, new TaskCommand.Wake(TASK, deadline))
                                .getLast())
                .isEqualTo(new TaskEvent.Expired(TASK, 3, 1, deadline));
    }

    @Test
    void anotherTenantsTaskIsNone() {
        var state = TaskDecider.evolve(null, submitted(1));

        assertThat(decider.refuseForeign(state, new TaskCommand.Cancel(TASK, "")))
                .isEqualTo(
                        new TaskEvent.Refused(
                                TASK,
                                2,
                                "dev.millrace.task.cancel",
                                Reason.UNKNOWN_TASK,
                                "no task " + TASK + " was submitted here"));
    }

    @Test
    void refusalChangesNothingButTheVersion() {
        everyStory((seed, inputs) -> {
            @Nullable TaskState state = null;
            for (var event : outcomes(inputs)) {
                var after = TaskDecider.evolve(state, event);
                if (event instanceof TaskEvent.Refused && state != null) {
                    assertThat(after)
                            .as("seed %d: %s", seed, event)
                            .isEqualTo(at(state, event.version()));
                }
                state = after;
            }
        });
    }

    @Test
    void repeatOfAnInputNeverMovesTheTask() {
        everyStory((seed, inputs) -> {
            var doubled = inputs.stream().flatMap(input -> Stream.of(input, input)).toList();

            assertThat(stage(doubled)).as("seed %d: %s", seed, inputs).isEqualTo(stage(inputs));
        });
    }

    @Test
    void sameInputsHaveTheSameOutcomes() {
        everyStory((seed, inputs) ->
                assertThat(outcomes(inputs)).as("seed %d", seed).isEqualTo(outcomes(inputs)));
    }

    @Test
    void everyEventCanBeFoldedIntoEveryState() {
        for (long seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            @Nullable TaskState state = null;
            for (int left = 20; left > 0; left--) {
                var event = TaskStories.anyEvent(random);
                var after = TaskDecider.evolve(state, event);

                assertThat(after.version())
                        .as("seed %d: %s", seed, event)
                        .isEqualTo(event.version());
                if (state != null && state.stage().isEnded()) {
                    assertThat(after.stage())
                            .as("seed %d: %s", seed, event)
                            .isEqualTo(state.stage());
                }
                if (after.stage() != Stage.ABSENT) {
                    assertThat(after.kind()).as("seed %d: %s", seed, event).isNotNull();
                }
                state = after;
            }
        }
    }

    private static void everyStory(BiConsumer<Long, List<Input>> property) {
        for (long seed = 0; seed < SEEDS; seed++) {
            property.accept(seed, TaskStories.inputs(seed));
        }
    }

    /// The outcomes of messages that the log takes in a second apart.
    private List<TaskEvent> outcomes(Message... messages) {
        var inputs = new ArrayList<Input>();
        for (var message : messages) {
            var cause = new Cause(new UUID(0x8000, inputs.size()), NOON.plusSeconds(inputs.size()));
            inputs.add(new Input(message, cause));
        }
        return outcomes(inputs);
    }

    private List<TaskEvent> outcomes(List<Input> inputs) {
        return steps(inputs).stream().map(Step::event).toList();
    }

    private List<Step> steps(List<Input> inputs) {
        var steps = new ArrayList<Step>();
        @Nullable TaskState state = null;
        for (var input : inputs) {
            var event =
                    switch (input.message()) {
                        case TaskCommand command -> decider.decide(state, command, input.cause());
                        case TaskReport report -> decider.decide(state, report, input.cause());
                        default -> throw new AssertionError(input);
                    };
            var after = TaskDecider.evolve(state, event);
            steps.add(new Step(input, state, event, after));
            state = after;
        }
        return steps;
    }

    private List<Reason> reasons(Message... messages) {
        return outcomes(messages).stream()
                .filter(TaskEvent.Refused.class::isInstance)
                .map(event -> ((TaskEvent.Refused) event).reason())
                .toList();
    }

    private Stage stage(List<Input> inputs) {
        var steps = steps(inputs);
        return steps.isEmpty() ? Stage.ABSENT : steps.getLast().after().stage();
    }

    private static TaskState at(TaskState state, long version) {
        return new TaskState(
                state.task(),
                version,
                state.stage(),
                state.kind(),
                state.inputDigest(),
                state.attempt(),
                state.owner(),
                state.open(),
                state.output());
    }

    private static TaskEvent submitted(long version) {
        return new TaskEvent.Submitted(
                TASK, version, "ingest", CONTENT, INPUT, Terms.DEFAULT, null, null, List.of());
    }

    private static TaskCommand submit(String kind, Digest input) {
        return new TaskCommand.Submit(TASK, kind, CONTENT, input, Terms.DEFAULT, List.of());
    }

    private static TaskCommand submit(Terms terms) {
        return new TaskCommand.Submit(TASK, "ingest", CONTENT, INPUT, terms, List.of());
    }

    /// @param before null if nothing was known of the task
    private record Step(Input input, @Nullable TaskState before, TaskEvent event, TaskState after) {

        Stage from() {
            return before == null ? Stage.ABSENT : before.stage();
        }

        Stage to() {
            return after.stage();
        }
    }
}
