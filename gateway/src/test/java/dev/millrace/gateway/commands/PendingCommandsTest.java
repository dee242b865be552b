package dev.millrace.gateway.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.view.Position;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// The timers are real, and short; what they find on the clock is not.
class PendingCommandsTest {

    private static final Outcome DONE = new Outcome.Accepted(Position.at("events", 0, 5));
    private static final UUID FIRST = new UUID(1, 1);
    private static final UUID SECOND = new UUID(1, 2);

    private final AtomicLong clock = new AtomicLong();
    private final Semaphore looks = new Semaphore(0);
    private final PendingCommands pending =
            new PendingCommands(
                    new SubmissionsConfig(Duration.ofMillis(20), 2),
                    () -> {
                        looks.release();
                        return clock.get();
                    });

    @Test
    void whatIsStuckIsGivenUpAfterTheTimeout() {
        var outcome = pending.await(FIRST);

        clock.set(millis(20));

        assertGivenUp(outcome, "20 ms");
        assertThat(pending.isEmpty()).isTrue();
    }

    @Test
    void whileOthersAreDecidedOneIsWaitedForThreeTimeouts() throws Exception {
        var slow = pending.await(FIRST);
        clock.set(millis(19));
        pending.decided();
        clock.set(millis(38));
        looks.drainPermits();

        assertThat(looks.tryAcquire(3, 10, TimeUnit.SECONDS)).isTrue();
        assertThat(slow).isNotDone();

        pending.decided();
        clock.set(millis(57));
        looks.drainPermits();

        assertThat(looks.tryAcquire(3, 10, TimeUnit.SECONDS)).isTrue();
        assertThat(slow).isNotDone();

        pending.decided();
        clock.set(millis(60));

        assertGivenUp(slow, "60 ms");
    }

    @Test
    void whatPassedBeforeACommandDoesNotCountAsSilence() throws Exception {
        clock.set(millis(100));
        var outcome = pending.await(FIRST);
        clock.set(millis(119));
        looks.drainPermits();

        assertThat(looks.tryAcquire(3, 10, TimeUnit.SECONDS)).isTrue();
        assertThat(outcome).isNotDone();

        pending.complete(FIRST, DONE);
        assertThat(outcome).isCompletedWithValue(DONE);
    }

    @Test
    void whoIsAnsweredOrGivenUpLeavesRoom() {
        var _ = pending.await(FIRST);
        var _ = pending.await(SECOND);
        assertThat(pending.await(new UUID(1, 3))).isCompletedExceptionally();

        pending.complete(FIRST, DONE);
        pending.fail(SECOND, new SubmissionsUnavailable("gone"));

        assertThat(pending.await(FIRST)).isNotDone();
        assertThat(pending.await(SECOND)).isNotDone();
    }

    private static void assertGivenUp(CompletableFuture<Outcome> outcome, String after) {
        assertThat(outcome)
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(SubmissionsUnavailable.class)
                .withMessageContaining("nothing was decided within " + after);
    }

    private static long millis(long count) {
        return TimeUnit.MILLISECONDS.toNanos(count);
    }
}
