package dev.millrace.streams.simulation;

import dev.millrace.streams.simulation.log.SimulatedLog;
import java.time.Duration;

/// The task engine in one thread: the same for the same seed, to the last record.
///
/// For three minutes or so tasks come in and things go wrong; then all is well, and time runs on
/// until nothing happens any more. What is real of it is all that decides: `DecideProcessor` with
/// its timers and applied offsets, `TaskDecider`, `Hints`, `ClaimKey`.
public final class Simulation {

    private static final Duration LONGEST = Duration.ofHours(12);

    private Simulation() {}

    /// Runs it to its end.
    ///
    /// @param listener sees each commit of `decide`
    public static Run run(long seed, Seams seams, Trace trace, CommitListener listener) {
        var world = new World(seed, seams, trace, SimulatedLog.OF_TASKS);
        var engine = new TaskEngine(world, Load.FEW, listener);
        engine.start();
        world.run(World.BEGIN + LONGEST.toMillis());
        return engine.left();
    }
}
