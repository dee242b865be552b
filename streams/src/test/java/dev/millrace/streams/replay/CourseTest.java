package dev.millrace.streams.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CourseTest {

    @Test
    void withoutARateAllPassAtOnce() throws Exception {
        var course = new Course(null, () -> 0);
        for (int i = 0; i < 1_000; i++) {
            course.pass(() -> {});
        }
        assertThat(course.gone()).isZero();
    }

    @Test
    void atARateEachWaitsForItsTurn() throws Exception {
        // A clock that moves on whenever it is looked at: who waits by it looks until it is time.
        var clock = new AtomicLong();
        var course = new Course(1_000, () -> clock.addAndGet(50_000));

        for (int i = 0; i < 100; i++) {
            course.pass(() -> {});
        }

        assertThat(Duration.ofNanos(clock.get()).toMillis()).isBetween(100L, 110L);
    }

    @Test
    void whoFellBehindDoesNotRushAfterwards() throws Exception {
        var clock = new AtomicLong();
        var course = new Course(100, () -> clock.addAndGet(1_000_000));
        course.pass(() -> {});
        clock.addAndGet(Duration.ofMinutes(1).toNanos());
        long before = clock.get();

        for (int i = 0; i < 150; i++) {
            course.pass(() -> {});
        }

        // A second's worth may be made up for: 100 of the 150.
        assertThat(Duration.ofNanos(clock.get() - before).toMillis()).isGreaterThan(490);
    }

    @Test
    void aPauseHoldsUntilItIsOverAndIsNotCounted() throws Exception {
        var clock = new AtomicLong();
        var course = new Course(null, clock::get);
        course.pause();
        var begun = new CountDownLatch(1);
        var passing =
                new FutureTask<Boolean>(() -> {
                    begun.countDown();
                    course.pass(() -> {});
                    return true;
                });
        var thread = Thread.ofPlatform().start(passing);
        begun.await();
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        clock.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(course.isPaused()).isTrue();

        course.resume();

        assertThat(passing.get(1, TimeUnit.MINUTES)).isTrue();
        assertThat(course.gone()).isZero();
    }

    @Test
    void whatIsCancelledPassesNoMorePausedOrNot() {
        var course = new Course(1, System::nanoTime);
        course.pause();
        course.cancel();

        assertThatThrownBy(() -> course.pass(() -> {})).isInstanceOf(Course.Cancelled.class);
        assertThat(course.isPaused()).isFalse();
        course.resume();
        assertThatThrownBy(course::check).isInstanceOf(Course.Cancelled.class);
    }

    @Test
    void inAHurryNoRateIsKept() throws Exception {
        var course = new Course(1, () -> 0);
        course.hurry();
        for (int i = 0; i < 100; i++) {
            course.pass(() -> {});
        }
        assertThat(course.gone()).isZero();
    }

    @Test
    void whatIsLeftIsEstimatedFromWhatIsDone() {
        var clock = new AtomicLong(7);
        var course = new Course(null, clock::get);
        clock.addAndGet(Duration.ofSeconds(10).toNanos());

        assertThat(course.left(2, 6)).isEqualTo(Duration.ofSeconds(20));
        assertThat(course.left(6, 6)).isZero();
        assertThat(course.left(0, 6)).as("nothing to tell it from").isNull();
        assertThat(course.left(7, 6)).as("the log has grown meanwhile").isNull();
    }
}
