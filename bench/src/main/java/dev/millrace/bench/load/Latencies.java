package dev.millrace.bench.load;

import java.util.Collection;
import java.util.function.Predicate;
import org.HdrHistogram.Histogram;

/// Latencies summed up, in milliseconds.
///
/// @param count of the requests summed up
public record Latencies(
        long count, double mean, double p50, double p90, double p99, double p999, double max) {

    private static final int DIGITS = 3;
    private static final double MICROS = 1_000.0;

    /// Sums up.
    ///
    /// @param micros in microseconds
    public static Latencies of(Collection<Long> micros) {
        var histogram = new Histogram(DIGITS);
        micros.forEach(histogram::recordValue);
        if (micros.isEmpty()) {
            return new Latencies(0, 0, 0, 0, 0, 0, 0);
        }
        return new Latencies(
                histogram.getTotalCount(),
                histogram.getMean() / MICROS,
                at(histogram, 50),
                at(histogram, 90),
                at(histogram, 99),
                at(histogram, 99.9),
                histogram.getMaxValue() / MICROS);
    }

    /// Sums up the good answers of a run. What it leaves out is in [#ofFailed]: who shows the one
    /// shows the other.
    public static Latencies of(OpenLoop.Outcome outcome) {
        return of(outcome, OpenLoop.Sample::isGood);
    }

    /// Sums up how long those were waited for that got no good answer, or none at all.
    public static Latencies ofFailed(OpenLoop.Outcome outcome) {
        return of(outcome, sample -> !sample.isGood());
    }

    private static Latencies of(OpenLoop.Outcome outcome, Predicate<OpenLoop.Sample> which) {
        return of(outcome.samples().stream().filter(which).map(OpenLoop.Sample::micros).toList());
    }

    private static double at(Histogram histogram, double percentile) {
        return histogram.getValueAtPercentile(percentile) / MICROS;
    }
}
