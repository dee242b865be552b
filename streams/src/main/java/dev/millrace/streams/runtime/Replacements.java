package dev.millrace.streams.runtime;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;

/// How often a stream thread that died may be replaced: a few times, then no more until it has been
/// quiet for a while, so that a lasting fault becomes visible instead of spinning.
///
/// Safe for use by many threads.
final class Replacements {

    private final int most;
    private final Duration within;
    private final InstantSource clock;
    private final ArrayDeque<Instant> granted = new ArrayDeque<>();

    /// @param most how many are granted in any span of `within`
    Replacements(int most, Duration within, InstantSource clock) {
        this.most = most;
        this.within = within;
        this.clock = clock;
    }

    /// Takes one more, if there is one left.
    synchronized boolean grant() {
        var now = clock.instant();
        while (!granted.isEmpty() && !granted.getFirst().plus(within).isAfter(now)) {
            granted.removeFirst();
        }
        if (granted.size() >= most) {
            return false;
        }
        granted.addLast(now);
        return true;
    }
}
