package dev.millrace.inference.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskProgress;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.domain.task.TaskSignal;
import dev.millrace.domain.task.WorkItem;
import dev.millrace.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PerformerTest {

    private static final WorkItem ITEM = Workplace.item(1, "{\"a\":1}");
    private static final TaskId TASK = ITEM.task();
    private static final String TOKEN = "token-1";

    private final Workplace place = new Workplace();
    private final Held held = place.take(ITEM);

    /// Work that begins, and then waits to be let go.
    private final CountDownLatch begun = new CountDownLatch(1);

    private final CountDownLatch go = new CountDownLatch(1);
    private final AtomicBoolean interrupted = new AtomicBoolean();

    @AfterEach
    void close() {
        go.countDown();
        place.close();
    }

    @Test
    void workOfAMomentIsOneReport() throws Exception {
        place.performer(Workplace.kind(1, (input, _) -> input)).perform(held, false);

        assertThat(place.report())
                .isEqualTo(
                        new TaskReport.Succeeded(TASK, 1, TOKEN, new Content.Inline("{\"a\":1}")));
        assertThat(place.producer.isDrained()).isTrue();
        assertThat(held.settled()).isCompletedWithValue(AcknowledgeType.ACCEPT);
        assertThat(place.holdings.isEmpty()).isTrue();
        assertThat(place.holdings.isSpent(ITEM)).isTrue();
    }

    @Test
    void failuresThatAKindForeseesAreItsOwn() throws Exception {
        assertThat(
                        reported(
                                new WorkKind.Work<>() {
                                    @Override
                                    public Map<?, ?> perform(Map<?, ?> input, Attempt attempt)
                                            throws WorkFailed {
                                        throw WorkFailed.forGood("not_a_picture", "blob: empty");
                                    }
                                }))
                .isEqualTo(failed("not_a_picture", "blob: empty", false));
    }

    @Test
    void failuresThatMayPassAreReportedAsThat() throws Exception {
        assertThat(
                        reported((_, _) -> {
                            throw WorkFailed.forNow("busy", "later");
                        }))
                .isEqualTo(failed("busy", "later", true));
    }

    @Test
    void anyOtherFailureMayPass() throws Exception {
        assertThat(
                        reported((_, _) -> {
                            throw new IllegalStateException("broken");
                        }))
                .isEqualTo(failed("worker_error", "java.lang.IllegalStateException: broken", true));
    }

    @Test
    void inputThatDoesNotFitIsRefusedWithoutWork() throws Exception {
        var other = place.take(Workplace.item(2, "[1]"));
        place.performer(Workplace.kind(1, (input, _) -> input)).perform(other, false);

        assertThat(place.report())
                .isInstanceOfSatisfying(
                        TaskReport.Failed.class,
                        report -> {
                            assertThat(report.failure().code()).isEqualTo("bad_input");
                            assertThat(report.isRetryable()).isFalse();
                        });
    }

    @Test
    void inputThatIsLostIsNotAskedForAgain() throws Exception {
        var item =
                new WorkItem(
                        TASK,
                        2,
                        "drill",
                        new Content.Stored(Digest.of("gone"), 4),
                        ITEM.terms(),
                        TOKEN);
        place.performer(Workplace.kind(1, (input, _) -> input)).perform(place.take(item), false);

        assertThat(place.report())
                .isInstanceOfSatisfying(
                        TaskReport.Failed.class,
                        report -> {
                            assertThat(report.failure().code()).isEqualTo("input_lost");
                            assertThat(report.isRetryable()).isFalse();
                        });
    }

    @Test
    void workThatTakesLongerIsClaimedAndItsItemAcceptedOnceItIsGranted() throws Exception {
        var done = performAMoment(place.performer(waiting()));

        assertThat(place.report()).isEqualTo(started());
        assertThat(held.settled()).isNotDone();
        place.holdings.hear(new TaskSignal.Granted(TASK, 1, Workplace.WORKER));
        assertThat(held.settled()).isCompletedWithValue(AcknowledgeType.ACCEPT);
        go.countDown();
        assertThat(place.report()).isInstanceOf(TaskReport.Succeeded.class);
        done.get(30, TimeUnit.SECONDS);
    }

    @Test
    void workThatGoesOnIsKeptAlive() throws Exception {
        var done = performAMoment(place.performer(waiting()));
        assertThat(place.report()).isEqualTo(started());
        place.timers.fire();
        assertThat(place.report()).as("nobody has answered").isEqualTo(started());

        place.holdings.hear(new TaskSignal.Granted(TASK, 1, Workplace.WORKER));
        place.timers.fire();

        assertThat(place.report())
                .isEqualTo(new TaskReport.Heartbeat(TASK, 1, TOKEN, TaskReport.USUAL_LEASE));
        go.countDown();
        assertThat(place.report()).isInstanceOf(TaskReport.Succeeded.class);
        done.get(30, TimeUnit.SECONDS);
        place.timers.fire();
        assertThat(place.producer.isDrained()).as("no heartbeat follows").isTrue();
    }

    @Test
    void leaseIsThatOfTheKind() throws Exception {
        var lease = Duration.ofMinutes(2);
        place.kinds.drill(lease);
        var done = performAMoment(place.performer(waiting()));
        assertThat(place.report())
                .isEqualTo(new TaskReport.Started(TASK, 1, TOKEN, Workplace.WORKER, lease));

        place.holdings.hear(new TaskSignal.Granted(TASK, 1, Workplace.WORKER));
        place.timers.fire();

        assertThat(place.report()).isEqualTo(new TaskReport.Heartbeat(TASK, 1, TOKEN, lease));
        go.countDown();
        assertThat(place.report()).isInstanceOf(TaskReport.Succeeded.class);
        done.get(30, TimeUnit.SECONDS);
    }

    @Test
    void leaseIsTheUsualOneWhileTheKindsAreNotKnown() throws Exception {
        place.kinds.forget();

        var done = performAMoment(place.performer(waiting()));

        assertThat(place.report()).isEqualTo(started());
        go.countDown();
        done.get(30, TimeUnit.SECONDS);
    }

    @Test
    void attemptKnowsWhenItEnds() throws Exception {
        var ends = new ArrayList<Instant>();
        var performer =
                place.performer(
                        Workplace.kind(
                                1,
                                (input, attempt) -> {
                                    ends.add(attempt.endsBy());
                                    return input;
                                }));
        var timeout = Duration.ofSeconds(90);
        var item =
                new WorkItem(
                        new TaskId(new UUID(0x7000, 2)),
                        1,
                        "drill",
                        ITEM.input(),
                        ITEM.terms().within(timeout),
                        TOKEN);

        performer.perform(held, false);
        performer.perform(place.take(item), false);

        assertThat(ends)
                .containsExactly(
                        Workplace.NOON.plus(Performer.LONGEST_ATTEMPT),
                        Workplace.NOON.plus(timeout));
    }

    @Test
    void workThatHangsIsGivenUpAfterADay() throws Exception {
        var done = performAMoment(place.performer(waiting()));
        assertThat(place.report()).isEqualTo(started());
        place.holdings.hear(new TaskSignal.Granted(TASK, 1, Workplace.WORKER));

        place.now = Workplace.NOON.plus(Performer.LONGEST_ATTEMPT).minusMillis(1);
        place.timers.fire();
        assertThat(place.report()).isInstanceOf(TaskReport.Heartbeat.class);
        place.now = Workplace.NOON.plus(Performer.LONGEST_ATTEMPT);
        place.timers.fire();

        assertThat(place.report())
                .isEqualTo(failed("timed_out", "attempt 1 took longer than PT24H", true));
        done.get(30, TimeUnit.SECONDS);
        assertThat(interrupted).isTrue();
    }

    @Test
    void workThatIsWithdrawnIsInterruptedAndNotReported() throws Exception {
        var done = performAMoment(place.performer(waiting()));
        assertThat(place.report()).isEqualTo(started());

        place.holdings.hear(new TaskSignal.Withdrawn(TASK, 1, null, "cancelled"));

        done.get(30, TimeUnit.SECONDS);
        assertThat(interrupted).isTrue();
        assertThat(place.producer.isDrained()).isTrue();
        assertThat(held.settled()).isCompletedWithValue(AcknowledgeType.ACCEPT);
        assertThat(place.holdings.isWithdrawn(ITEM)).isTrue();
    }

    @Test
    void doubtfulWorkBeginsOnceItIsGranted() throws Exception {
        var done = perform(place.performer(waiting()), true);
        assertThat(place.report()).isEqualTo(started());
        assertThat(begun.getCount()).isEqualTo(1);

        place.holdings.hear(new TaskSignal.Granted(TASK, 1, Workplace.WORKER));
        begun.await();
        go.countDown();

        assertThat(place.report()).isInstanceOf(TaskReport.Succeeded.class);
        done.get(30, TimeUnit.SECONDS);
    }

    @Test
    void doubtfulWorkThatIsRefusedDoesNotBegin() throws Exception {
        var done = perform(place.performer(waiting()), true);
        assertThat(place.report()).isEqualTo(started());

        place.holdings.hear(new TaskSignal.Withdrawn(TASK, 1, Workplace.WORKER, "taken"));

        done.get(30, TimeUnit.SECONDS);
        assertThat(begun.getCount()).isEqualTo(1);
        assertThat(place.producer.isDrained()).isTrue();
        assertThat(held.settled()).isCompletedWithValue(AcknowledgeType.ACCEPT);
    }

    @Test
    void whoIsDrainedGivesBackWhatHeHolds() throws Exception {
        var performer = place.performer(waiting());
        var done = performAMoment(performer);
        assertThat(place.report()).isEqualTo(started());
        place.holdings.hear(new TaskSignal.Granted(TASK, 1, Workplace.WORKER));

        performer.drain();
        held.interrupt();

        assertThat(place.report()).isEqualTo(new TaskReport.Released(TASK, 1, TOKEN));
        done.get(30, TimeUnit.SECONDS);
        assertThat(interrupted).isTrue();
    }

    @Test
    void whoIsDrainedLeavesToTheQueueWhatHeDoesNotHold() throws Exception {
        var performer = place.performer(waiting());
        var done = performAMoment(performer);
        assertThat(place.report()).isEqualTo(started());

        performer.drain();
        held.interrupt();

        done.get(30, TimeUnit.SECONDS);
        assertThat(place.producer.isDrained()).isTrue();
        assertThat(held.settled()).isCompletedWithValue(AcknowledgeType.RELEASE);
        assertThat(place.holdings.isSpent(ITEM)).isFalse();
    }

    @Test
    void aReportIsSentUntilItIsInTheLog() throws Exception {
        place.producer.failNext(1);

        place.performer(Workplace.kind(1, (input, _) -> input)).perform(held, false);

        assertThat(place.report()).isInstanceOf(TaskReport.Succeeded.class);
        assertThat(held.settled()).isCompletedWithValue(AcknowledgeType.ACCEPT);
    }

    @Test
    void whatWorkSaysOfItsProgressIsWrittenBeforeItsReport() throws Exception {
        var kind =
                Workplace.kind(
                        1,
                        (input, attempt) -> {
                            attempt.progress(0.1, "first");
                            attempt.progress(0.5, "second");
                            attempt.progress(0.9, "x".repeat(300));
                            return input;
                        });

        place.performer(kind).perform(held, false);

        assertThat(place.next(Topics.TASK_PROGRESS))
                .isEqualTo(new TaskProgress(TASK, 1, 0.1, "first"));
        assertThat(place.next(Topics.TASK_PROGRESS))
                .isEqualTo(new TaskProgress(TASK, 1, 0.9, "x".repeat(255) + "…"));
        assertThat(place.report()).isInstanceOf(TaskReport.Succeeded.class);
    }

    private WorkKind<?, ?> waiting() {
        return Workplace.kind(
                1,
                (input, _) -> {
                    begun.countDown();
                    try {
                        go.await();
                    } catch (InterruptedException stopped) {
                        interrupted.set(true);
                        throw stopped;
                    }
                    return input;
                });
    }

    /// Performs until the work has begun and taken longer than a moment.
    private CompletableFuture<Void> performAMoment(Performer<?, ?> performer)
            throws InterruptedException {
        var done = perform(performer, false);
        begun.await();
        place.timers.fire();
        return done;
    }

    private CompletableFuture<Void> perform(Performer<?, ?> performer, boolean isDoubtful) {
        return CompletableFuture.runAsync(
                () -> performer.perform(held, isDoubtful), Thread::startVirtualThread);
    }

    private TaskReport reported(WorkKind.Work<Map<?, ?>, Map<?, ?>> work) throws Exception {
        place.performer(Workplace.kind(1, work)).perform(held, false);
        assertThat(held.settled()).isCompletedWithValue(AcknowledgeType.ACCEPT);
        return place.report();
    }

    private static TaskReport started() {
        return new TaskReport.Started(TASK, 1, TOKEN, Workplace.WORKER, TaskReport.USUAL_LEASE);
    }

    private static TaskReport failed(String code, String detail, boolean isRetryable) {
        return new TaskReport.Failed(TASK, 1, TOKEN, new Failure(code, detail), isRetryable);
    }
}
