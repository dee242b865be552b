package dev.millrace.streams.simulation;

import dev.millrace.domain.task.TaskState;
import dev.millrace.streams.simulation.log.SimulatedLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.TreeMap;
import java.util.TreeSet;

/// The task engine in one thread: the same for the same seed, to the last record.
///
/// For three minutes or so tasks come in and things go wrong; then all is well, and time runs on
/// until nothing happens any more. What is real of it is all that decides: `DecideProcessor` with
/// its timers and applied offsets, `TaskDecider`, `Hints`, `ClaimKey`.
public final class Simulation {

    private static final Duration LONGEST = Duration.ofHours(12);
    private static final int LEAST_TROUBLE_MILLIS = 60_000;
    private static final int MOST_TROUBLE_MILLIS = 240_000;
    private static final int MOST_WORKERS = 3;

    private Simulation() {}

    /// Runs it to its end.
    ///
    /// @param listener sees each commit of `decide`
    public static Run run(long seed, Seams seams, Trace trace, CommitListener listener) {
        var world = new World(seed, seams, trace);
        var decides = new ArrayList<SimulatedDecide>();
        for (int partition = 0; partition < SimulatedLog.PARTITIONS; partition++) {
            decides.add(new SimulatedDecide(world, partition, listener));
        }
        var dispatcher = new SimulatedDispatcher(world);
        var documents = new SimulatedDocuments(world);
        var workers = new ArrayList<SimulatedWorker>();
        for (int number = world.between(1, MOST_WORKERS); number > 0; number--) {
            workers.add(
                    new SimulatedWorker(
                            world, "worker-" + number, world.between(1, 3), world.isOneIn(4)));
        }
        var client = new SimulatedClient(world);
        int troubled = world.between(LEAST_TROUBLE_MILLIS, MOST_TROUBLE_MILLIS);
        var mischief = new Mischief(world, client, troubled);
        decides.forEach(SimulatedProcess::start);
        dispatcher.start();
        documents.start();
        workers.forEach(SimulatedProcess::start);
        client.start();
        mischief.start();
        new Turbulence(world, decides, dispatcher, workers).begin(troubled);

        long end = World.BEGIN + LONGEST.toMillis();
        boolean goesOn = true;
        while (goesOn) {
            goesOn = world.clock.step(end);
        }
        var states = new TreeMap<String, TaskState>();
        var timers = new TreeMap<String, Long>();
        var watchers = new TreeMap<String, Integer>();
        var dependencies = new TreeSet<String>();
        for (var decide : decides) {
            states.putAll(decide.tasks().rows());
            timers.putAll(decide.timers().rows());
            watchers.putAll(decide.watchers().rows());
            dependencies.addAll(decide.dependencies().rows().keySet());
        }
        return new Run(
                world.log,
                world.claims,
                client.submitted(),
                states,
                timers,
                watchers,
                dependencies,
                world.queues.handedOut(),
                world.clock.isEmpty());
    }
}
