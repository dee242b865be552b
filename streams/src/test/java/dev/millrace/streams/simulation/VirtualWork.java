package dev.millrace.streams.simulation;

/// What it takes to do an attempt, and what comes of it.
///
/// @param millis 1 ms to a good minute, so from less than a moment to more than a lease
record VirtualWork(int millis, Outcome outcome) {

    /// A failure that some tasks take for final.
    static final String FINAL_CODE = "final";

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
