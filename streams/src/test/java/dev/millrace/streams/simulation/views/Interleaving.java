package dev.millrace.streams.simulation.views;

import dev.millrace.streams.simulation.World;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Lets reads happen in the middle of a fold, and folds in the middle of a read, as on machines
/// with many threads.
final class Interleaving {

    private final World world;
    private final List<Waiting> reads = new ArrayList<>();
    private final List<Runnable> folds = new ArrayList<>();
    private boolean isFolding;
    private boolean isReading;

    Interleaving(World world) {
        this.world = world;
    }

    /// A read that is to happen soon.
    ///
    /// @param isPossible whether it can happen just now
    /// @return lets it happen, unless it has happened by then
    Runnable soon(BooleanSupplier isPossible, Runnable read) {
        var waiting = new Waiting(isPossible, read);
        reads.add(waiting);
        return () -> happen(waiting);
    }

    /// What can fold one record, at any time.
    void add(Runnable fold) {
        folds.add(fold);
    }

    void fold(Runnable record) {
        boolean before = isFolding;
        isFolding = true;
        try {
            record.run();
        } finally {
            isFolding = before;
        }
    }

    /// Between two changes of a store.
    void betweenChanges() {
        if (!isReading && !reads.isEmpty() && world.isOneIn(3)) {
            happen(reads.get(world.random.nextInt(reads.size())));
        }
    }

    /// Between two looks into stores.
    void betweenLooks() {
        if (!isFolding && !folds.isEmpty() && world.isOneIn(4)) {
            world.oneOf(folds).run();
        }
    }

    private void happen(Waiting waiting) {
        if (waiting.isPossible.getAsBoolean() && reads.remove(waiting)) {
            boolean before = isReading;
            isReading = true;
            try {
                waiting.read.run();
            } finally {
                isReading = before;
            }
        }
    }

    private static final class Waiting {

        private final BooleanSupplier isPossible;
        private final Runnable read;

        Waiting(BooleanSupplier isPossible, Runnable read) {
            this.isPossible = isPossible;
            this.read = read;
        }
    }
}
