package dev.millrace.bench.load;

import java.util.Collection;
import org.HdrHistogram.Histogram;

/// Latencies summed up, in milliseconds.
///
/// @param count of the requests that were answered well
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

    /// Sums up the good answers of a run.
    public static Latencies of(OpenLoop.Outcome outcome) {
        return of(
                outcome.samples().stream()
                        .filter(OpenLoop.Sample::isGood)
                        .map(OpenLoop.Sample::micros)
                        .toList());
    }

    private static double at(Histogram histogram, double percentile) {
        return histogram.getValueAtPercentile(percentile) / MICROS;
    }
}
