package dev.millrace.streams.views.generation;

import dev.millrace.domain.view.Position;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Whether a generation that is being built has come to where the one that answers is.
///
/// Both go on meanwhile: it has if it comes, within [#CLOSE], to where the other was when that was
/// looked at. A position that it comes to later only says that it is on its way. For one thread.
final class CatchingUp {

    /// How far it may be behind the other when it takes over, by the time of the machine.
    static final Duration CLOSE = Duration.ofSeconds(2);

    private final LongSupplier nanoTime;
    private @Nullable Position mark;
    private long marked;

    CatchingUp(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /// Looks once more.
    ///
    /// @param answering where the one that answers is; asked now and then
    /// @param building where the one that is being built is
    boolean look(Supplier<Position> answering, Supplier<Position> building) {
        var before = mark;
        if (before == null) {
            marked = nanoTime.getAsLong();
            before = answering.get();
            mark = before;
        }
        if (!building.get().covers(before)) {
            return false;
        }
        mark = null;
        return nanoTime.getAsLong() - marked <= CLOSE.toNanos();
    }

    /// Forgets what it saw, for another generation.
    void reset() {
        mark = null;
    }
}
