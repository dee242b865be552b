package dev.millrace.bench.audit;

import java.util.concurrent.atomic.AtomicInteger;

/// Counts what is written into the log. Safe for use by many threads.
final class Written {

    private final AtomicInteger records;

    /// @param already that are there
    Written(int already) {
        this.records = new AtomicInteger(already);
    }

    /// The number of one more.
    int next() {
        return records.getAndIncrement();
    }

    int records() {
        return records.get();
    }
}
