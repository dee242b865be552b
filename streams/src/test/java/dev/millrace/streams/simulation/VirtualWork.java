package dev.millrace.streams.simulation;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.event.Digest;
import dev.millrace.domain.task.DependencyResult;
import dev.millrace.domain.task.TaskId;

/// What it takes to do an attempt, and what comes of it.
///
/// @param millis 1 ms to a good minute, so from less than a moment to more than a lease
record VirtualWork(int millis, Outcome outcome) {

    /// A failure that some tasks take for final.
    static final String FINAL_CODE = "final";

    private static final String MUCH = " ".repeat(DependencyResult.MOST_OUTPUT_BYTES);

    static VirtualWork draw(World world) {
        int millis =
                switch (world.random.nextInt(10)) {
                    case 0 -> world.between(10_000, 70_000);
                    case 1, 2, 3 -> world.between(50, 5_000);
                    default -> world.between(1, 60);
                };
        var outcome =
                switch (world.random.nextInt(20)) {
                    case 0 -> Outcome.HOPELESS;
                    case 1 -> Outcome.FINAL;
                    case 2 -> Outcome.GIVEN_BACK;
                    case 3, 4, 5, 6 -> Outcome.BROKEN;
                    default -> Outcome.DONE;
                };
        return new VirtualWork(millis, outcome);
    }

    /// What an attempt gives: something of its own, of some tasks too much to be passed on, and of
    /// some in the blob store.
    static Content output(TaskId task, int attempt) {
        var text = "{\"task\":\"%s\",\"attempt\":%d}".formatted(task, attempt);
        return switch ((int) task.value().getLeastSignificantBits() % 4) {
            case 0 -> new Content.Inline(text + MUCH);
            case 1 -> new Content.Stored(Digest.of(text), 1 << 20);
            default -> new Content.Inline(text);
        };
    }

    enum Outcome {
        DONE,
        /// Failed; another attempt may mend it.
        BROKEN,
        /// Failed with a code that some tasks take for final.
        FINAL,
        /// Failed for good.
        HOPELESS,
        /// Not done.
        GIVEN_BACK
    }
}
