package dev.millrace.inference.work;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Timers that fire when a test says so, and never by themselves.
final class ManualTimers extends ScheduledThreadPoolExecutor {

    private final Queue<Timer> timers = new ConcurrentLinkedQueue<>();

    ManualTimers() {
        super(1);
    }

    /// Fires all that is not cancelled, once.
    void fire() {
        for (var timer : timers) {
            if (!timer.future.isCancelled()) {
                timer.action.run();
            }
        }
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable action, long delay, TimeUnit unit) {
        return timer(action);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
            Runnable action, long first, long delay, TimeUnit unit) {
        return timer(action);
    }

    private ScheduledFuture<?> timer(Runnable action) {
        var never = super.schedule(() -> {}, 1, TimeUnit.DAYS);
        timers.add(new Timer(action, never));
        return never;
    }

    private record Timer(Runnable action, ScheduledFuture<?> future) {}
}
