package dev.millrace.streams.audit.scrub;

import java.time.Duration;
import java.util.function.LongSupplier;

/// Keeps to a budget of bytes a second: what was spent at once is waited for afterwards. What was
/// not used is not saved up. Confined to one thread.
final class Pace {

    private static final double NANOS = 1e9;

    private final long bytesPerSecond;
    private final LongSupplier ticker;
    private long free;

    /// @param ticker nanoseconds that only grow
    Pace(long bytesPerSecond, LongSupplier ticker) {
        this.bytesPerSecond = bytesPerSecond;
        this.ticker = ticker;
        this.free = ticker.getAsLong();
    }

    void spend(long bytes) {
        long now = ticker.getAsLong();
        long from = free - now > 0 ? free : now;
        free = from + (long) (bytes * NANOS / bytesPerSecond);
    }

    /// How long to wait before the next bytes; nothing if none.
    Duration left() {
        return Duration.ofNanos(Math.max(0, free - ticker.getAsLong()));
    }
}
