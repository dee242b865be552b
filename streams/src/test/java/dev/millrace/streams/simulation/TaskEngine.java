package dev.millrace.streams.simulation;

import dev.millrace.domain.task.TaskState;
import dev.millrace.streams.simulation.log.SimulatedLog;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/// The processes of the task engine, its clients, and the trouble that they have.
public final class TaskEngine {

    private static final int MOST_WORKERS = 3;

    private final World world;
    private final Load load;
    private final List<SimulatedDecide> decides = new ArrayList<>();
    private final SimulatedDispatcher dispatcher;
    private final SimulatedDocuments documents;
    private final List<SimulatedWorker> workers = new ArrayList<>();
    private final SimulatedClient client;
    private final int troubledMillis;
    private final Mischief mischief;

    /// @param listener sees each commit of `decide`
    public TaskEngine(World world, Load load, CommitListener listener) {
        this.world = world;
        this.load = load;
        for (int partition = 0; partition < SimulatedLog.PARTITIONS; partition++) {
            decides.add(new SimulatedDecide(world, partition, listener));
        }
        this.dispatcher = new SimulatedDispatcher(world);
        this.documents = new SimulatedDocuments(world);
        for (int number = world.between(1, MOST_WORKERS); number > 0; number--) {
            workers.add(
                    new SimulatedWorker(
                            world, "worker-" + number, world.between(1, 3), world.isOneIn(4)));
        }
        this.client = new SimulatedClient(world, load);
        this.troubledMillis = world.between(load.leastTroubleMillis(), load.mostTroubleMillis());
        this.mischief = new Mischief(world, client, troubledMillis, load.mostPranks());
    }

    /// When nothing goes wrong any more, in milliseconds from the beginning.
    public int troubledMillis() {
        return troubledMillis;
    }

    /// Starts them all.
    public void start() {
        decides.forEach(SimulatedProcess::start);
        dispatcher.start();
        documents.start();
        workers.forEach(SimulatedProcess::start);
        client.start();
        mischief.start();
        new Turbulence(world, decides, dispatcher, workers, load.mostTroubles())
                .begin(troubledMillis);
    }

    /// What is left by now.
    public Run left() {
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
