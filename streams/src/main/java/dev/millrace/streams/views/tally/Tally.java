package dev.millrace.streams.views.tally;

import java.time.Instant;

/// A sum of what happened, of one partition or of all.
public sealed interface Tally permits Used, Tally.OfWorker {

    /// What a worker did, by its name and the sort of work.
    sealed interface OfWorker extends Tally permits Worked, Embedded {

        /// When it last did anything.
        Instant last();

        /// Whether it has nothing in its hands.
        boolean isIdle();

        /// Both together.
        ///
        /// @throws ClassCastException unless the other is of the same sort
        OfWorker with(OfWorker other);
    }
}
