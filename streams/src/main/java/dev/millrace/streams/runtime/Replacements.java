package dev.millrace.streams.runtime;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// How often a stream thread that died may be replaced: a few times, then no more until it has been
/// quiet for a while, so that a lasting fault becomes visible instead of spinning. Each replacement
/// waits twice as long as the one before, beginning with half a second.
///
/// Safe for use by many threads.
final class Replacements {

    private static final Duration FIRST_WAIT = Duration.ofMillis(500);

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

    /// Takes one more.
    ///
    /// @return how long to wait before it; null if there is none left
    synchronized @Nullable Duration next() {
        var now = clock.instant();
        while (!granted.isEmpty() && !granted.getFirst().plus(within).isAfter(now)) {
            granted.removeFirst();
        }
        if (granted.size() >= most) {
            return null;
        }
        granted.addLast(now);
        return FIRST_WAIT.multipliedBy(1L << (granted.size() - 1));
    }
}
