package dev.millrace.inference.work;

import dev.millrace.domain.task.TaskProgress;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Tells how far one attempt is: at once, but no more than once a second, and once more at its end
/// if there is something that was not told yet.
///
/// Safe for use by many threads.
final class ProgressTeller {

    private static final long BETWEEN_MILLIS = 1_000;

    private final Consumer<TaskProgress> log;
    private final Later later;
    private @Nullable TaskProgress untold;
    private boolean waiting;
    private boolean over;

    /// @param log what it is told to; must not block
    ProgressTeller(Consumer<TaskProgress> log, Later later) {
        this.log = log;
        this.later = later;
    }

    synchronized void say(TaskProgress progress) {
        if (over) {
            return;
        }
        untold = progress;
        if (!waiting) {
            tell();
        }
    }

    /// Tells what is left to tell, and nothing from now on.
    synchronized void end() {
        over = true;
        if (untold != null) {
            log.accept(untold);
            untold = null;
        }
    }

    private synchronized void tell() {
        waiting = false;
        if (untold != null) {
            log.accept(untold);
            untold = null;
            waiting = true;
            later.run(this::tell, BETWEEN_MILLIS);
        }
    }

    /// Runs something later.
    @FunctionalInterface
    interface Later {
        void run(Runnable action, long millis);

        static Later by(ScheduledExecutorService timers) {
            return (action, millis) -> {
                var _ = timers.schedule(action, millis, TimeUnit.MILLISECONDS);
            };
        }
    }
}
