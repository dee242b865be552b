package dev.millrace.bench.load;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/// The time that a load runs by.
interface LoadClock {

    /// This machine's own.
    LoadClock SYSTEM = new SystemClock();

    /// Nanoseconds since some moment.
    long nanos();

    /// Returns at a moment, or at once if it is past.
    void sleepUntil(long nanos) throws InterruptedException;

    /// Waits for something to be done.
    ///
    /// @return whether it was done in time
    boolean await(CompletableFuture<?> done, Duration longest) throws InterruptedException;

    /// Real time.
    final class SystemClock implements LoadClock {

        /* The last bit is waited for awake: a sleep may end a tenth of a millisecond late. */
        private static final long AWAKE_NANOS = 60_000;

        private SystemClock() {}

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void sleepUntil(long nanos) throws InterruptedException {
            for (long left = nanos - nanos(); left > 0; left = nanos - nanos()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (left > AWAKE_NANOS) {
                    LockSupport.parkNanos(left - AWAKE_NANOS);
                } else {
                    Thread.onSpinWait();
                }
            }
        }

        @Override
        public boolean await(CompletableFuture<?> done, Duration longest)
                throws InterruptedException {
            try {
                done.get(longest.toNanos(), TimeUnit.NANOSECONDS);
                return true;
            } catch (ExecutionException _) {
                return true; // what failed is done, too
            } catch (TimeoutException _) {
                return false;
            }
        }
    }
}
