package dev.millrace.bench.submit;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/// What takes records from afar and answers once they are in the log.
///
/// Used by one thread; its answers come on others.
interface Intake extends AutoCloseable {

    /// Sends some records in one request, and completes once it is answered.
    ///
    /// @param first the number of the first record
    /// @return whether all of them were taken; may fail
    CompletableFuture<Boolean> send(int first, int count);

    /// Waits until nothing is left to be done of what was taken.
    default void settle() throws IOException, InterruptedException {}

    /// The CPU seconds of all its processes so far.
    double cpuSeconds() throws IOException;

    /// The memory of all its processes that lies in RAM, in MiB.
    double residentMiB() throws IOException;

    /// Stops all its processes.
    @Override
    void close() throws IOException;
}
