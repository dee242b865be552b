package dev.millrace.site.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.event.Actor;
import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Labels;
import dev.millrace.domain.event.Site;
import dev.millrace.domain.task.Failure;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskEvent.Reason;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.Terms;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/// Stories that never happen: the checker has to notice each of them.
class TaskCheckerTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final TaskId TASK = new TaskId(new UUID(0x7000, 1));
    private static final TaskEvent SUCCEEDED =
            new TaskEvent.Succeeded(TASK, 3, 1, new Content.Inline("{}"));
    private static final TaskEvent CANCELLED = new TaskEvent.Cancelled(TASK, 4, 1, "not wanted");
    private static final TaskEvent REFUSED =
            new TaskEvent.Refused(TASK, 5, "x", Reason.ALREADY_ENDED, "it has ended");
    private static final TaskEvent QUEUED =
            new TaskEvent.Queued(TASK, 3, 1, "echo", new Content.Inline("{}"), Terms.DEFAULT, null);

    @Test
    void goodStoryHasNothingAgainstIt() {
        var story = story(started("a", 10), REFUSED, SUCCEEDED, REFUSED);

        assertThat(TaskChecker.ends(TASK, story)).isEmpty();
        assertThat(TaskChecker.hands(TASK, story)).isEmpty();
    }

    @Test
    void taskWithoutAnEndIsNamed() {
        assertThat(TaskChecker.ends(TASK, story(started("a", 10))))
                .containsExactly("task %s ended 0 times".formatted(TASK));
    }

    @Test
    void secondEndIsNamed() {
        assertThat(TaskChecker.ends(TASK, story(SUCCEEDED, CANCELLED)))
                .containsExactly(
                        "task %s: dev.millrace.task.cancelled after its end".formatted(TASK),
                        "task %s ended 2 times".formatted(TASK));
    }

    @Test
    void whatIsNoRefusalAfterTheEndIsNamed() {
        assertThat(TaskChecker.ends(TASK, story(SUCCEEDED, started("a", 10))))
                .containsExactly(
                        "task %s: dev.millrace.task.started after its end".formatted(TASK));
    }

    @Test
    void attemptInTwoHandsIsNamed() {
        assertThat(TaskChecker.hands(TASK, story(started("a", 10), started("b", 20))))
                .containsExactly("task %s: attempt 1 in the hands of a and b".formatted(TASK));
    }

    @Test
    void leaseThatWasExtendedHoldsTheAttempt() {
        var extended = new TaskEvent.LeaseExtended(TASK, 3, 1, NOON.plusSeconds(60));

        assertThat(TaskChecker.hands(TASK, story(started("a", 1), extended, started("b", 20))))
                .hasSize(1);
    }

    @Test
    void handsThatFollowEachOtherAreInOrder() {
        var failed =
                new TaskEvent.AttemptFailed(
                        TASK, 3, 1, new Failure("busy", "later"), NOON.plusSeconds(1));

        assertThat(TaskChecker.hands(TASK, story(started("a", 10), QUEUED, started("b", 20))))
                .as("given back")
                .isEmpty();
        assertThat(TaskChecker.hands(TASK, story(started("a", 10), failed, started("b", 20))))
                .as("failed")
                .isEmpty();
        assertThat(TaskChecker.hands(TASK, story(started("a", 1), started("b", 20))))
                .as("its lease is over")
                .isEmpty();
        assertThat(TaskChecker.hands(TASK, story(started("a", 10), started("a", 20))))
                .as("said twice")
                .isEmpty();
    }

    private static TaskEvent started(String worker, int leaseSeconds) {
        return new TaskEvent.Started(TASK, 2, 1, worker, NOON.plusSeconds(leaseSeconds), null);
    }

    /// Events a second apart, from noon on.
    private static List<Logged<TaskEvent>> story(TaskEvent... events) {
        var story = new ArrayList<Logged<TaskEvent>>();
        for (int i = 0; i < events.length; i++) {
            var time = NOON.plusSeconds(i);
            var envelope =
                    Envelope.first(
                            new UUID(0x7000, i),
                            time,
                            Envelope.DEFAULT_TENANT,
                            Labels.DEFAULT,
                            new Actor("decide", Actor.Proof.WORKER),
                            new Site("12D3KooWTest", new UUID(0x7000, 2)),
                            events[i]);
            story.add(
                    new Logged<>(
                            "millrace.task-events",
                            0,
                            i,
                            time.toEpochMilli(),
                            new RecordHeaders(),
                            envelope,
                            events[i]));
        }
        return story;
    }
}
