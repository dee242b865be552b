package dev.millrace.bench.load;

import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;

/// When requests are due, as people who know nothing of each other send them: a Poisson process.
public final class Arrivals {

    /// The most requests of one run.
    public static final int MOST = 2_000_000;

    private static final long NANOS = 1_000_000_000L;

    private Arrivals() {}

    /// The moments, in nanoseconds after the start, in order; the same for the same seed.
    ///
    /// @param perSecond the mean rate
    /// @throws IllegalArgumentException if the rate is not above 0, or the run too long
    public static long[] poisson(double perSecond, Duration length, long seed) {
        if (!(perSecond > 0)) {
            throw new IllegalArgumentException("rate: " + perSecond + " (expected: > 0)");
        }
        // Ten standard deviations: a run that is let in never meets the end of the array.
        double mean = perSecond * length.toNanos() / NANOS;
        double most = mean + 10 * Math.sqrt(mean) + 10;
        if (most > MOST) {
            throw new IllegalArgumentException(
                    "rate x duration: %.0f requests (expected: at most %d)".formatted(mean, MOST));
        }
        var random = new SplittableRandom(seed);
        var moments = new long[(int) most];
        int count = 0;
        double at = gap(random, perSecond);
        while (at < length.toNanos() && count < moments.length) {
            moments[count++] = (long) at;
            at += gap(random, perSecond);
        }
        return Arrays.copyOf(moments, count);
    }

    private static double gap(SplittableRandom random, double perSecond) {
        return -Math.log(1 - random.nextDouble()) * NANOS / perSecond;
    }
}
