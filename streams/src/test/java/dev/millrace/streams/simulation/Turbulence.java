package dev.millrace.streams.simulation;

import dev.millrace.domain.task.Priority;
import java.util.List;

/// Trouble for a while: processes die and hang, groups are reset, queues are deleted.
final class Turbulence {

    private final World world;
    private final List<SimulatedDecide> decides;
    private final SimulatedDispatcher dispatcher;
    private final List<SimulatedWorker> workers;
    private final int mostTroubles;

    Turbulence(
            World world,
            List<SimulatedDecide> decides,
            SimulatedDispatcher dispatcher,
            List<SimulatedWorker> workers,
            int mostTroubles) {
        this.world = world;
        this.decides = decides;
        this.dispatcher = dispatcher;
        this.workers = workers;
        this.mostTroubles = mostTroubles;
    }

    /// @param millis when it is over
    void begin(int millis) {
        for (int left = world.between(0, mostTroubles); left > 0; left--) {
            var _ = world.clock.in(world.between(0, millis), this::trouble);
        }
        var _ =
                world.clock.in(
                        millis,
                        () -> {
                            world.trace.note("world", "nothing goes wrong from now on");
                            world.calmDown();
                        });
    }

    private void trouble() {
        switch (world.random.nextInt(10)) {
            case 0, 1 -> world.oneOf(decides).crash(world.between(10, 25_000));
            case 2 -> {
                var decide = world.oneOf(decides);
                decide.resetGroup();
                decide.crash(world.between(10, 5_000));
            }
            case 3 -> dispatcher.crash(world.between(10, 20_000));
            case 4, 5 -> world.oneOf(workers).crash(world.between(100, 40_000));
            case 6 -> world.oneOf(workers).hang(world.between(100, 60_000));
            case 7 -> world.oneOf(workers).goDeaf(world.between(10, 30_000));
            case 8 -> world.oneOf(decides).hang(world.between(100, 15_000));
            default -> world.queues.delete(world.oneOf(List.of(Priority.values())));
        }
    }
}
