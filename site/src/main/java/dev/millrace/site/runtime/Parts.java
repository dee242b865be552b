package dev.millrace.site.runtime;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The parts of a site that run, in the order in which they came up.
///
/// A part is started after those it needs, so stopping in the reverse order is always right. The
/// first failure ends the start: from then on no part starts any more, and what was just coming up
/// is stopped with the rest.
///
/// Safe for use by many threads.
final class Parts implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Parts.class);

    /// What took less is not worth a line.
    private static final Duration WORTH_TELLING = Duration.ofMillis(100);

    private final Consumer<Progress> listener;
    private final Duration longestStop;
    private final Deque<Part> running = new ArrayDeque<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private int comingUp;
    private boolean isOver;
    private boolean isStopping;
    private @Nullable PartFailed failure;

    /// @param listener told of each step that took its time, by one thread at a time
    /// @param longestStop how long a part may take to stop before it is the next one's turn; also
    ///   how long parts that are just coming up are waited for
    Parts(Consumer<Progress> listener, Duration longestStop) {
        this.listener = listener;
        this.longestStop = longestStop;
    }

    /// Starts a part, unless the start is over.
    ///
    /// @param stopping ends it; called once, from another thread
    /// @throws PartFailed if it did not start
    <T> T start(String name, Callable<T> starting, Stopping<T> stopping) {
        begin(name);
        try {
            long from = System.nanoTime();
            var part = starting.call();
            var took = Duration.ofNanos(System.nanoTime() - from);
            add(new Part(name, () -> stopping.stop(part)), took);
            return part;
        } catch (Exception | Error cause) { // whatever a part may throw ends the start
            if (cause instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw failed(name, cause);
        } finally {
            end();
        }
    }

    /// Starts a part that ends by being closed.
    <T extends AutoCloseable> T start(String name, Callable<T> starting) {
        return start(name, starting, AutoCloseable::close);
    }

    /// Makes a part go, and closes it if it does not.
    static <T extends AutoCloseable> T going(T part, Step start) throws Exception {
        try {
            start.run();
            return part;
        } catch (Exception failed) { // handed on, once the part has let go of what it holds
            try (part) {
                throw failed;
            }
        }
    }

    /// Takes a step that leaves nothing behind to be stopped.
    <T> T step(String name, Callable<T> step) {
        return start(name, step, _ -> {});
    }

    /// Tells the listener how something comes along.
    synchronized void tell(Progress progress) {
        listener.accept(progress);
    }

    /// Ends the start, because of a part that failed.
    synchronized PartFailed failed(String name, Throwable cause) {
        var failed = new PartFailed(name, cause);
        isOver = true;
        if (failure == null) {
            failure = failed;
        }
        return failed;
    }

    /// What ended the start; null if nothing has.
    synchronized @Nullable PartFailed failure() {
        return failure;
    }

    /// Whether no part starts any more.
    synchronized boolean isOver() {
        return isOver;
    }

    /// Returns when all parts were stopped.
    void awaitClose() throws InterruptedException {
        stopped.await();
    }

    /// Stops all parts, the last one first. Whoever calls this again waits for the first to be
    /// done.
    @Override
    public void close() {
        if (becomesTheOneToStop()) {
            try {
                awaitComingUp();
                for (var part = last(); part != null; part = last()) {
                    stop(part);
                }
            } finally {
                stopped.countDown();
            }
        }
        try {
            stopped.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void begin(String name) {
        if (isOver) {
            throw new PartFailed(name, null);
        }
        comingUp++;
    }

    private synchronized void add(Part part, Duration took) {
        running.push(part);
        LOG.atDebug()
                .setMessage("Started")
                .addKeyValue("part", part.name())
                .addKeyValue("millis", took.toMillis())
                .log();
        if (took.compareTo(WORTH_TELLING) >= 0) {
            tell(Progress.after(part.name(), "started", took));
        }
    }

    private synchronized void end() {
        comingUp--;
        notifyAll();
    }

    private synchronized boolean becomesTheOneToStop() {
        boolean isFirst = !isStopping;
        isOver = true;
        isStopping = true;
        return isFirst;
    }

    private synchronized void awaitComingUp() {
        long until = System.nanoTime() + longestStop.toNanos();
        try {
            for (long left = longestStop.toMillis(); comingUp > 0 && left > 0; ) {
                wait(left);
                left = Duration.ofNanos(until - System.nanoTime()).toMillis();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized @Nullable Part last() {
        return running.poll();
    }

    private void stop(Part part) {
        long from = System.nanoTime();
        var stop =
                Thread.ofPlatform()
                        .daemon()
                        .name("stop-" + part.name())
                        .uncaughtExceptionHandler((_, failed) -> warn(part, failed))
                        .start(() -> {
                            try {
                                part.stop().run();
                            } catch (Exception
                                    | Error failed) { // the others are to stop all the same
                                warn(part, failed);
                            }
                        });
        try {
            if (!stop.join(longestStop)) {
                LOG.atWarn()
                        .setMessage("Still stopping; going on without it")
                        .addKeyValue("part", part.name())
                        .log();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        LOG.atDebug()
                .setMessage("Stopped")
                .addKeyValue("part", part.name())
                .addKeyValue("millis", Duration.ofNanos(System.nanoTime() - from).toMillis())
                .log();
    }

    private static void warn(Part part, Throwable failed) {
        LOG.atWarn()
                .setMessage("Did not stop in order")
                .addKeyValue("part", part.name())
                .setCause(failed)
                .log();
    }

    /// Ends a part.
    @FunctionalInterface
    interface Stopping<T> {
        void stop(T part) throws Exception;
    }

    private record Part(String name, Step stop) {}

    /// Something to do.
    @FunctionalInterface
    interface Step {
        void run() throws Exception;
    }
}
