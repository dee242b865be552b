package dev.millrace.bench.tasks;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// What does tasks of one step or of three, each of which begins once the result of the one before
/// is durable, and tells the last one's result.
///
/// Used by one thread; its answers come on others.
interface Engine extends AutoCloseable {

    /// What it is called in a report.
    String name();

    /// What it has done with a result before it tells it.
    String durability();

    /// Does a task, and completes once its result is known.
    ///
    /// @param steps 1 or 3
    /// @return whether the result is the right one; may fail
    CompletableFuture<Boolean> task(int steps, int number);

    /// The CPU seconds of all its processes so far.
    double cpuSeconds() throws IOException;

    /// Begins to look where its CPU time goes.
    default Look look() throws IOException, InterruptedException {
        return Map::of;
    }

    /// The memory of all its processes that lies in RAM, in MiB.
    double residentMiB() throws IOException;

    /// Stops all its processes.
    @Override
    void close() throws IOException;

    /// A look at the CPU time that begins.
    @FunctionalInterface
    interface Look {

        /// Seconds since it began, by part, the dearest first; nothing of an engine that does not
        /// tell.
        Map<String, Double> cpuByPart() throws IOException, InterruptedException;
    }
}
