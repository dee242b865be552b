package dev.millrace.domain.view.generation;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// How far the generation that is being built has folded the log, counted in offsets: a few of them
/// are marks of transactions and no records.
///
/// @param parts each partition of each topic that the views are made of
public record RebuildProgress(List<Part> parts) {

    public RebuildProgress {
        parts = List.copyOf(parts);
    }

    /// One partition.
    ///
    /// @param folded so many of its offsets are folded, for certain
    /// @param total so many there are
    public record Part(String topic, int partition, long folded, long total) {

        public Part {
            if (folded < 0 || folded > total) {
                throw new IllegalArgumentException(
                        "folded: %d (expected: 0..%d)".formatted(folded, total));
            }
        }
    }

    /// Offsets folded in all partitions.
    public long folded() {
        return parts.stream().mapToLong(Part::folded).sum();
    }

    /// Offsets in all partitions.
    public long total() {
        return parts.stream().mapToLong(Part::total).sum();
    }

    /// The part of the log that is folded; 1 of an empty log.
    public double fraction() {
        long total = total();
        return total == 0 ? 1 : (double) folded() / total;
    }

    /// How long it will still take if it goes on as until now; empty before anything is folded.
    ///
    /// @param taken since it began
    public Optional<Duration> left(Duration taken) {
        long folded = folded();
        if (folded == 0) {
            return Optional.empty();
        }
        double each = (double) Math.max(0, taken.toMillis()) / folded;
        return Optional.of(Duration.ofMillis(Math.round(each * (total() - folded))));
    }
}
