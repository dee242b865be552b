package dev.millrace.streams.simulation.views;

import dev.millrace.domain.view.Views;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.simulation.Seams;
import dev.millrace.streams.simulation.TaskEngine;
import dev.millrace.streams.simulation.Trace;
import dev.millrace.streams.simulation.World;
import dev.millrace.streams.simulation.log.SimulatedLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The views of a site in one thread, beside the task engine that they follow: the same for the
/// same seed, to the last row.
///
/// What is real of it is all that folds, waits, shares and answers: `Fold`, `Arrivals`, `Reached`,
/// `SharedStores`, `KafkaStreamsViews` and each of its views. What Kafka Streams does is simulated:
/// who folds which partition, when it commits, what a crash leaves.
public final class ViewsSimulation {

    private static final Duration LONGEST = Duration.ofHours(24);
    private static final int MOST_INSTANCES = 3;

    private final World world;
    private final TaskEngine engine;
    private final ViewsLoad load;
    private final ViewsWitness witness;
    private final ViewsGroup group;
    private final SimulatedReader reader;

    private ViewsSimulation(
            long seed, ViewSeams seams, ViewsLoad load, Trace trace, ViewsWitness witness) {
        this.load = load;
        this.witness = witness;
        this.world = new World(seed, Seams.none(), trace, topics());
        this.engine = new TaskEngine(world, load.tasks(), (_, _, _) -> {});
        this.group =
                new ViewsGroup(
                        world, seams, new Interleaving(world), world.between(1, MOST_INSTANCES));
        this.reader = new SimulatedReader(world, group, witness, load.readsOneIn());
    }

    /// One that has not begun.
    public static ViewsSimulation of(
            long seed, ViewSeams seams, ViewsLoad load, Trace trace, ViewsWitness witness) {
        return new ViewsSimulation(seed, seams, load, trace, witness);
    }

    private static List<String> topics() {
        var topics = new ArrayList<>(SimulatedLog.OF_TASKS);
        topics.add(Topics.DOCUMENTS.name());
        topics.add(Topics.EMBEDDINGS.name());
        topics.add(Topics.INDEX_REPORTS.name());
        topics.add(Topics.TASK_PROGRESS.name());
        return topics;
    }

    /// Runs it until nothing happens any more.
    public void run() {
        int within = load.tasks().submitWithinMillis();
        engine.start();
        new SimulatedPipeline(world, load.mostDocuments(), within).start();
        new SimulatedProgress(world).start();
        group.instances()
                .forEach(instance -> {
                    var _ = world.clock.in(world.between(0, 2_000), instance::start);
                });
        reader.start();
        int troubled = engine.troubledMillis();
        for (int left = world.between(load.leastTroubles(), load.mostTroubles());
                left > 0;
                left--) {
            world.clock.in(world.between(0, troubled), this::trouble);
        }
        for (int left = world.between(0, load.mostLooks()); left > 0; left--) {
            world.clock.in(world.between(0, troubled), this::look);
        }
        world.clock.in(troubled, reader::settle);
        step();
    }

    private void trouble() {
        var instance = world.oneOf(group.instances());
        switch (world.random.nextInt(12)) {
            case 0, 1, 2 -> instance.crash(world.between(10, 15_000));
            case 3, 4, 5 -> {
                if (instance.answers()) {
                    instance.hangFor(world.between(100, SimulatedInstance.MOST_HANG_MILLIS));
                }
            }
            case 6 -> group.resetOffsets();
            case 7 -> group.loseEverything();
            default -> group.moveOne();
        }
    }

    /// Shows the stores of all instances.
    public void look() {
        for (var instance : group.instances()) {
            instance.running()
                    .forEach((task, running) ->
                            witness.stands(task, instance.name(), running.rows()));
        }
    }

    /// What was written, and by whom.
    public SimulatedLog log() {
        return world.log;
    }

    /// How many instances there are.
    public int instances() {
        return group.instances().size();
    }

    /// How many times an instance was started.
    public int starts() {
        return group.instances().stream().mapToInt(SimulatedInstance::life).sum();
    }

    /// The moment at which nothing happens any more, in milliseconds since 1970.
    public long now() {
        return world.clock.now();
    }

    /// Whether there is nothing left to happen.
    public boolean isAtRest() {
        return world.clock.isEmpty();
    }

    /// The views as an instance shows them now, time going on until it answers.
    ///
    /// @param instance 0 is the first
    public Views views(int instance) {
        return new SteppingViews(
                Objects.requireNonNull(group.instances().get(instance).views()), this::step);
    }

    /// Reads by the tokens of many of the records that were ever written, whatever they say, of any
    /// instance.
    public void sweep() {
        for (var task : StreamTask.all()) {
            for (var topic : task.topics()) {
                for (var record : world.log.partition(topic, task.partition()).since(0)) {
                    if (world.isOneIn(load.rereadsOneIn())) {
                        reader.attempt(world.oneOf(SimulatedReader.asks(record)));
                    }
                }
            }
        }
        step();
    }

    private void step() {
        world.run(World.BEGIN + LONGEST.toMillis());
    }
}
