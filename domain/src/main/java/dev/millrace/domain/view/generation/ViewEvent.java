package dev.millrace.domain.view.generation;

import dev.millrace.domain.event.Message;

/// What was said of the generations of a site's views. [Generations] decides what it counts for. On
/// the wire: `view-event.avsc`, keyed by [#KEY].
public sealed interface ViewEvent extends Message {

    /// The key of every record, so that all stand in one partition, in one order.
    String KEY = "views";

    /// The generation that it is about; 2 or more, since nobody had to ask for the first.
    int generation();

    /// A generation is to be built from the beginning of the log, beside the one that answers.
    record RebuildRequested(int generation) implements ViewEvent {

        public RebuildRequested {
            check(generation);
        }

        @Override
        public String type() {
            return "dev.millrace.view.rebuild-requested";
        }
    }

    /// A generation has come to where the one before was: it answers from now on.
    record Switched(int generation) implements ViewEvent {

        public Switched {
            check(generation);
        }

        @Override
        public String type() {
            return "dev.millrace.view.switched";
        }
    }

    /// A generation is not to be built any more; the one that answers goes on.
    record RebuildCancelled(int generation) implements ViewEvent {

        public RebuildCancelled {
            check(generation);
        }

        @Override
        public String type() {
            return "dev.millrace.view.rebuild-cancelled";
        }
    }

    private static void check(int generation) {
        if (generation < 2) {
            throw new IllegalArgumentException("generation: " + generation + " (expected: >= 2)");
        }
    }
}
