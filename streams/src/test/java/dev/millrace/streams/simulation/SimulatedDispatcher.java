package dev.millrace.streams.simulation;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.WorkItem;
import dev.millrace.streams.dispatch.HostedHints;
import dev.millrace.streams.simulation.log.LogRecord;
import dev.millrace.streams.simulation.log.SimulatedLog;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The dispatcher: reads events, also those that are not committed, puts what is queued into the
/// queues, and then commits how far it has read. After a crash between the two it repeats itself.
final class SimulatedDispatcher extends SimulatedProcess {

    private static final int MOST_AT_ONCE = 20;
    private static final int RESTART_MILLIS = 1_000;

    private final HostedHints hints;
    private final long[] committed = new long[SimulatedLog.PARTITIONS];
    private final long[] next = new long[SimulatedLog.PARTITIONS];
    private boolean isAwake;

    SimulatedDispatcher(World world) {
        super(world, "dispatcher");
        this.hints = new HostedHints(world.claims, World.SITE);
        world.log.topic(SimulatedLog.EVENTS).forEach(events -> events.onGrowth(this::wake));
    }

    @Override
    void begin() {
        System.arraycopy(committed, 0, next, 0, next.length);
        isAwake = false;
        wake();
    }

    private void wake() {
        if (isUp() && !isAwake) {
            isAwake = true;
            var _ = in(world.between(1, 4), this::step);
        }
    }

    private void step() {
        isAwake = false;
        var batch = batch();
        if (Arrays.equals(next, committed)) {
            return;
        }
        if (!world.seams.dispatchesBeforeCommit()) {
            commit();
        }
        if (world.isTrouble(5)) {
            crash(world.between(10, 5_000));
            return;
        }
        for (var item : batch) {
            if (!world.queues.add(item)) {
                world.trace.note(name, "begins anew: a queue was missing");
                isAwake = true;
                System.arraycopy(committed, 0, next, 0, next.length);
                var _ = in(RESTART_MILLIS, this::begin);
                return;
            }
        }
        if (world.isTrouble(20)) {
            crash(world.between(10, 5_000));
            return;
        }
        commit();
        wake();
    }

    private void commit() {
        System.arraycopy(next, 0, committed, 0, next.length);
    }

    /// The work in the next events, in their order.
    private List<Envelope<WorkItem>> batch() {
        var batch = new ArrayList<Envelope<WorkItem>>();
        for (int partition = 0; partition < SimulatedLog.PARTITIONS; partition++) {
            for (int left = world.between(1, MOST_AT_ONCE); left > 0; left--) {
                var record = read(partition);
                if (record == null) {
                    break;
                }
                var hint = hint(record);
                if (hint != null) {
                    batch.add(hint);
                }
            }
        }
        return batch;
    }

    private @Nullable LogRecord read(int partition) {
        var record = world.log.partition(SimulatedLog.EVENTS, partition).readAny(next[partition]);
        if (record != null) {
            next[partition] = record.place().offset() + 1;
        }
        return record;
    }

    @SuppressWarnings("unchecked") // there is nothing else in the topic
    private @Nullable Envelope<WorkItem> hint(LogRecord record) {
        return record.message() instanceof TaskEvent event && world.seams.isHandedOut(event)
                ? hints.of((Envelope<TaskEvent>) record.envelope())
                : null;
    }
}
