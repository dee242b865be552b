package dev.millrace.inference.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.task.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PrioritySlotsTest {

    private static final Duration AT_ONCE = Duration.ZERO;

    private final BlockingQueue<Priority> granted = new LinkedBlockingQueue<>();
    private final List<Thread> waiting = new ArrayList<>();

    @AfterEach
    void stop() {
        waiting.forEach(Thread::interrupt);
    }

    @Test
    void theMostUrgentComesFirstButEachFifthSlotIsForTheLeast() throws Exception {
        var slots = new PrioritySlots(1);
        slots.acquire(Priority.NORMAL);
        for (int i = 0; i < 8; i++) {
            await(slots, Priority.HIGH);
        }
        await(slots, Priority.NORMAL);
        await(slots, Priority.LOW);
        await(slots, Priority.LOW);

        assertThat(releaseAll(slots, 11))
                .extracting(Priority::wireName)
                .containsExactly(
                        "high", "high", "high", "low", "high", "high", "high", "high", "low",
                        "high", "normal");
    }

    @Test
    void noMoreAreHeldThanThereAreAndNobodyWaitsForEver() throws Exception {
        var slots = new PrioritySlots(3);
        var held = new AtomicInteger();
        var most = new AtomicInteger();
        var done = new CountDownLatch(24);
        for (var priority : Priority.values()) {
            for (int worker = 0; worker < 8; worker++) {
                Thread.startVirtualThread(() -> {
                    try {
                        for (int round = 0; round < 200; round++) {
                            slots.acquire(priority);
                            most.accumulateAndGet(held.incrementAndGet(), Math::max);
                            held.decrementAndGet();
                            slots.release();
                        }
                        done.countDown();
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    }
                });
            }
        }

        assertThat(done.await(1, TimeUnit.MINUTES)).isTrue();
        assertThat(most.get()).isBetween(1, 3);
        for (int slot = 0; slot < 3; slot++) {
            assertThat(slots.awaitFree(AT_ONCE)).as("%d are held", slot).isTrue();
            slots.acquire(Priority.LOW);
        }
        assertThat(slots.awaitFree(AT_ONCE)).isFalse();
    }

    @Test
    void aSlotIsFreeForNewcomersOnlyIfNobodyWaits() throws Exception {
        var slots = new PrioritySlots(1);
        assertThat(slots.awaitFree(AT_ONCE)).isTrue();
        slots.acquire(Priority.NORMAL);
        assertThat(slots.awaitFree(AT_ONCE)).isFalse();
        await(slots, Priority.LOW);

        slots.release();
        assertThat(granted.poll(30, TimeUnit.SECONDS)).isEqualTo(Priority.LOW);
        assertThat(slots.awaitFree(AT_ONCE)).isFalse();
        slots.release();
        assertThat(slots.awaitFree(AT_ONCE)).isTrue();
    }

    @Test
    void whoIsInterruptedStandsInNobodysWay() throws Exception {
        var slots = new PrioritySlots(1);
        slots.acquire(Priority.NORMAL);
        await(slots, Priority.HIGH);
        await(slots, Priority.LOW);

        waiting.getFirst().interrupt();
        waiting.getFirst().join();
        slots.release();

        assertThat(granted.poll(30, TimeUnit.SECONDS)).isEqualTo(Priority.LOW);
    }

    /// Begins to wait for a slot, on a thread of its own, and returns once it does.
    private void await(PrioritySlots slots, Priority priority) {
        var thread =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                slots.acquire(priority);
                                granted.add(priority);
                            } catch (InterruptedException stopped) {
                                Thread.currentThread().interrupt();
                            }
                        });
        waiting.add(thread);
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    private List<Priority> releaseAll(PrioritySlots slots, int count) throws InterruptedException {
        var order = new ArrayList<Priority>();
        for (int i = 0; i < count; i++) {
            slots.release();
            order.add(granted.poll(30, TimeUnit.SECONDS));
        }
        return order;
    }
}
