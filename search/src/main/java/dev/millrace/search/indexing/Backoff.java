package dev.millrace.search.indexing;

import java.time.Duration;

/// How long to wait before trying again: 0.1 s at first, twice as long each time, at most 5 s.
final class Backoff {

    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private Duration next = FIRST;

    Duration next() {
        var now = next;
        var doubled = now.multipliedBy(2);
        next = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
        return now;
    }

    void reset() {
        next = FIRST;
    }
}
