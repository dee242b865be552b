package dev.millrace.site.cli;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Shows what happened in the time it took, or a part of it.
final class Pace {

    private static final double FASTEST = 1e6;
    private static final double SLOWEST = 0.01;

    private final double speed;
    private final Sleeper sleeper;
    private @Nullable Instant last;

    /// Waits.
    @FunctionalInterface
    interface Sleeper {
        void sleep(Duration duration) throws InterruptedException;
    }

    /// @param speed how much faster than it happened
    Pace(double speed, Sleeper sleeper) {
        this.speed = speed;
        this.sleeper = sleeper;
    }

    /// Waits as long as it took from the moment that was given before, over the speed; not at all
    /// for the first, or for one that is earlier.
    void until(Instant moment) throws InterruptedException {
        var before = last;
        last = moment;
        if (before != null && moment.isAfter(before)) {
            double nanos = Duration.between(before, moment).toNanos() / speed;
            sleeper.sleep(Duration.ofNanos(Math.round(nanos)));
        }
    }

    /// Reads `10x`, or `10`.
    static final class Speed implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            try {
                double speed =
                        Double.parseDouble(
                                text.endsWith("x") ? text.substring(0, text.length() - 1) : text);
                if (speed >= SLOWEST && speed <= FASTEST) {
                    return speed;
                }
            } catch (NumberFormatException notANumber) {
                // Said below.
            }
            throw new TypeConversionException(
                    "%s (expected: 0.01x to 1000000x, for instance 10x)".formatted(text));
        }
    }
}
