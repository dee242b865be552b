package dev.millrace.domain.view.generation;

import java.time.Instant;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// Which generation of the views answers and which is being built: a fold of [ViewEvent]s.
/// Immutable.
///
/// Generations are numbered from 1 without a gap, in the order in which they were asked for. A
/// number is used once, so that what a cancelled one leaves behind is never taken for another's. An
/// event that does not fit changes nothing: whoever reads them all comes to the same end, though
/// several writers say the same, or say it too late.
///
/// @param serving the one that answers
/// @param last the one that was asked for last; being built if and only if the state says so
/// @param state what became of the last one
/// @param since when that happened, by the clock of whoever said so; null if nothing ever did
public record Generations(int serving, int last, State state, @Nullable Instant since) {

    /// Of a site whose views were never rebuilt.
    public static final Generations FIRST = new Generations(1, 1, State.NONE, null);

    public Generations {
        if (serving < 1 || last < serving) {
            throw new IllegalArgumentException(
                    "serving: %d of %d (expected: 1..%2$d)".formatted(serving, last));
        }
    }

    /// What became of the generation that was asked for last.
    public enum State {
        /// None was ever asked for.
        NONE,
        /// It is being built.
        BUILDING,
        /// It answers.
        SWITCHED,
        /// It was given up.
        CANCELLED
    }

    /// The one that is being built; empty if none is.
    public OptionalInt building() {
        return state == State.BUILDING ? OptionalInt.of(last) : OptionalInt.empty();
    }

    /// The one that would be built next.
    public int next() {
        return last + 1;
    }

    /// Whether a generation answers or is being built.
    public boolean isWanted(int generation) {
        return generation == serving || (state == State.BUILDING && generation == last);
    }

    /// What follows from one more event; itself if the event counts for nothing.
    ///
    /// @param at when it was said
    public Generations with(ViewEvent event, Instant at) {
        int generation = event.generation();
        boolean isBuilding = state == State.BUILDING;
        return switch (event) {
            case ViewEvent.RebuildRequested _ ->
                    isBuilding || generation != next()
                            ? this
                            : new Generations(serving, generation, State.BUILDING, at);
            case ViewEvent.Switched _ ->
                    isBuilding && generation == last
                            ? new Generations(generation, last, State.SWITCHED, at)
                            : this;
            case ViewEvent.RebuildCancelled _ ->
                    isBuilding && generation == last
                            ? new Generations(serving, last, State.CANCELLED, at)
                            : this;
        };
    }
}
