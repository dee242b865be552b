package dev.millrace.inference.work;

import dev.millrace.domain.task.Priority;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A bounded number of slots, which the most urgent of those who wait get first; but each fifth
/// goes to the least urgent, so that nobody waits for ever.
///
/// Safe for use by many threads.
final class PrioritySlots {

    private static final int LOWEST_EACH = 5;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Priority, Integer> waiting = new EnumMap<>(Priority.class);
    private int free;
    private long granted;

    PrioritySlots(int slots) {
        this.free = slots;
    }

    /// Takes a slot, once there is one and it is this priority's turn.
    void acquire(Priority priority) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            waiting.merge(priority, 1, Integer::sum);
            try {
                while (free == 0 || turn() != priority) {
                    changed.await();
                }
                free--;
                granted++;
            } finally {
                waiting.merge(priority, -1, Integer::sum);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Gives a slot back.
    void release() {
        lock.lock();
        try {
            free++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits for a slot that nobody else waits for.
    ///
    /// @return whether there is one
    boolean awaitFree(Duration most) throws InterruptedException {
        long left = most.toNanos();
        lock.lockInterruptibly();
        try {
            while (free == 0 || turn() != null) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Whose turn it is; null if nobody waits.
    private @Nullable Priority turn() {
        boolean lowest = granted % LOWEST_EACH == LOWEST_EACH - 1;
        Priority turn = null;
        for (var priority : Priority.values()) {
            if (waiting.getOrDefault(priority, 0) > 0 && (turn == null || lowest)) {
                turn = priority;
            }
        }
        return turn;
    }
}
