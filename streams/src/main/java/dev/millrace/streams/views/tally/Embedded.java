package dev.millrace.streams.views.tally;

import java.time.Instant;

/// What a worker embedded with one version of a model.
///
/// @param dimensions of the vectors
/// @param chunks that got their first vector of the model
/// @param first when the first of them did
/// @param last when the last of them did
public record Embedded(int dimensions, long chunks, Instant first, Instant last)
        implements Tally.OfWorker {

    /// A chunk.
    public static Embedded one(int dimensions, Instant at) {
        return new Embedded(dimensions, 1, at, at);
    }

    /// Both together.
    public Embedded plus(Embedded other) {
        return new Embedded(
                Math.max(dimensions, other.dimensions),
                chunks + other.chunks,
                first.isBefore(other.first) ? first : other.first,
                last.isAfter(other.last) ? last : other.last);
    }

    @Override
    public boolean isIdle() {
        return true;
    }

    @Override
    public OfWorker with(OfWorker other) {
        return plus((Embedded) other);
    }
}
