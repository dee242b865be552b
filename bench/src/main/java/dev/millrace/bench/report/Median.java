package dev.millrace.bench.report;

import java.util.Collection;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// The middle of some numbers, which one bad round does not move.
public final class Median {

    private Median() {}

    /// The middle one, or the mean of the middle two; 0 of none.
    public static double of(Collection<Double> numbers) {
        var sorted = numbers.stream().sorted().toList();
        int size = sorted.size();
        if (size == 0) {
            return 0;
        }
        return (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
    }

    /// The median of what each round says.
    public static <T> double of(List<T> rounds, ToDoubleFunction<T> number) {
        return of(rounds.stream().map(round -> number.applyAsDouble(round)).toList());
    }
}
