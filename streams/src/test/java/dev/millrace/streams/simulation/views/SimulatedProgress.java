package dev.millrace.streams.simulation.views;

import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskProgress;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.streams.simulation.SimulatedProcess;
import dev.millrace.streams.simulation.World;
import dev.millrace.streams.simulation.log.SimulatedLog;

/// Says of attempts how far they are; of some only when another attempt has begun.
final class SimulatedProgress extends SimulatedProcess {

    private static final int MOST_NEWS = 2;
    private static final int LATEST_MILLIS = 30_000;
    private static final int PERCENT = 100;

    private final long[] read = new long[SimulatedLog.PARTITIONS];

    SimulatedProgress(World world) {
        super(world, "progress");
        world.log.topic(SimulatedLog.EVENTS).forEach(events -> events.onGrowth(this::look));
    }

    @Override
    protected void begin() {}

    private void look() {
        for (int partition = 0; partition < read.length; partition++) {
            var events = world.log.partition(SimulatedLog.EVENTS, partition);
            for (var next = events.read(read[partition]);
                    next != null;
                    next = events.read(read[partition])) {
                read[partition] = next.place().offset() + 1;
                if (next.message() instanceof TaskEvent.Started started) {
                    var tenant = next.envelope().tenant();
                    for (int left = world.between(0, MOST_NEWS); left > 0; left--) {
                        int millis = world.isOneIn(4) ? LATEST_MILLIS : 1_000;
                        var _ = in(world.between(1, millis), () -> say(started, tenant));
                    }
                }
            }
        }
    }

    private void say(TaskEvent.Started started, String tenant) {
        var progress =
                new TaskProgress(
                        started.task(),
                        started.attempt(),
                        world.between(0, PERCENT) / (double) PERCENT,
                        "");
        world.log
                .partition(Topics.TASK_PROGRESS.name(), SimulatedLog.partitionOf(started.task()))
                .append(
                        started.task().toString(),
                        world.envelope(progress, tenant, name),
                        name,
                        null,
                        null);
    }
}
