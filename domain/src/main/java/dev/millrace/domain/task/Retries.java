package dev.millrace.domain.task;

import java.time.Duration;
import java.util.Set;
import java.util.UUID;

/// When an attempt that failed is followed by another.
///
/// The wait before attempt n + 1 is `first` × 2ⁿ⁻¹, at most `longest`, less up to half of it: how
/// much is drawn from an id, so that tasks that failed together do not come back together, and yet
/// whoever asks again gets the same answer.
///
/// @param mostAttempts 1 (never again) to [#MOST_ATTEMPTS]
/// @param first from 1 ms
/// @param longest from `first` to [#LONGEST_WAIT]
/// @param finalCodes failures that no further attempt mends
public record Retries(int mostAttempts, Duration first, Duration longest, Set<String> finalCodes) {

    /// The most attempts that can be asked for.
    public static final int MOST_ATTEMPTS = 1_000;

    /// The longest wait that can be asked for.
    public static final Duration LONGEST_WAIT = Duration.ofDays(1);

    /// Three attempts; a second or so before the next, five minutes at most.
    public static final Retries DEFAULT =
            new Retries(3, Duration.ofSeconds(1), Duration.ofMinutes(5), Set.of());

    private static final int MOST_DOUBLINGS = 40;
    private static final double UNIT = 0x1p-53;

    public Retries {
        if (mostAttempts < 1 || mostAttempts > MOST_ATTEMPTS) {
            throw new IllegalArgumentException(
                    "retries.max_attempts: %d (expected: 1..%d)"
                            .formatted(mostAttempts, MOST_ATTEMPTS));
        }
        if (first.toMillis() < 1 || first.compareTo(longest) > 0) {
            throw new IllegalArgumentException(
                    "retries.first: %s (expected: PT0.001S..%s)".formatted(first, longest));
        }
        if (longest.compareTo(LONGEST_WAIT) > 0) {
            throw new IllegalArgumentException(
                    "retries.longest: %s (expected: at most %s)".formatted(longest, LONGEST_WAIT));
        }
        finalCodes = Set.copyOf(finalCodes);
    }

    /// Whether another attempt follows one that failed so.
    boolean follow(int attempt, Failure failure) {
        return attempt < mostAttempts && !finalCodes.contains(failure.code());
    }

    /// How long after a failed attempt the next one may begin, in whole milliseconds.
    ///
    /// @param attempt the one that failed; 1 is the first
    /// @param seed what the jitter is drawn from
    Duration waitAfter(int attempt, UUID seed) {
        int doublings = Math.min(attempt - 1, MOST_DOUBLINGS);
        double most =
                Math.min(
                        Math.scalb((double) first.toMillis(), doublings),
                        (double) longest.toMillis());
        // The two highest bits are the variant, the same in every UUID.
        double fraction = ((seed.getLeastSignificantBits() << 2) >>> 11) * UNIT;
        return Duration.ofMillis(Math.max(1, Math.round(most * (1 - fraction / 2))));
    }
}
