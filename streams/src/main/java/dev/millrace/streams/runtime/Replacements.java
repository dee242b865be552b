package dev.millrace.streams.runtime;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// When a stream thread that died may be replaced.
///
/// One that died of an outage is replaced for as long as that takes; each replacement waits twice
/// as long as the one before, from half a second up to [#LONGEST_WAIT]. One that died of anything
/// else is replaced a few times, then no more until it has been quiet for a while, so that a
/// lasting fault becomes visible instead of spinning.
///
/// Safe for use by many threads.
final class Replacements {

    /// The longest wait of an outage, and half of the quiet that makes the next one a new one.
    static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private static final Duration FIRST_WAIT = Duration.ofMillis(500);
    private static final int MOST_DOUBLINGS = 10;

    private final int most;
    private final Duration within;
    private final InstantSource clock;
    private final ArrayDeque<Instant> granted = new ArrayDeque<>();
    private Instant lastOutage = Instant.EPOCH;
    private int outages;

    /// @param most how many are granted in any span of `within`, outages apart
    Replacements(int most, Duration within, InstantSource clock) {
        this.most = most;
        this.within = within;
        this.clock = clock;
    }

    /// Takes one more, after a fault.
    ///
    /// @return how long to wait before it; null if there is none left
    synchronized @Nullable Duration afterFault() {
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

    /// Takes one more, in an outage.
    ///
    /// @return how long to wait before it
    synchronized Duration afterOutage() {
        var now = clock.instant();
        if (lastOutage.plus(LONGEST_WAIT.multipliedBy(2)).isBefore(now)) {
            outages = 0;
        }
        lastOutage = now;
        var wait = FIRST_WAIT.multipliedBy(1L << Math.min(outages++, MOST_DOUBLINGS));
        return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
    }
}
