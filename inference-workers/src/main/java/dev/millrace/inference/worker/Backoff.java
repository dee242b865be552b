package dev.millrace.inference.worker;

import java.time.Duration;

/// How long to wait before the next attempt: doubling from `first`, never more than `longest`.
/// Attempts are not counted out, because what is waited for, a broker or a model, has to come back.
record Backoff(Duration first, Duration longest) {

    private static final int MOST_DOUBLINGS = 20;

    Backoff {
        if (!first.isPositive() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "backoff: %s..%s (expected: 0 < first <= longest)".formatted(first, longest));
        }
    }

    /// @param failures so far, in a row; 1 or more
    Duration after(int failures) {
        var wait = first.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
        return wait.compareTo(longest) < 0 ? wait : longest;
    }
}
