package dev.millrace.streams.simulation;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.task.TaskId;
import dev.millrace.streams.simulation.log.SimulatedLog;
import java.util.function.Consumer;

/// Writes for a process, over a network on which records get lost, late, written twice, or written
/// though the writer is told that they were not.
final class Producer {

    private static final int TIMEOUT_MILLIS = 10_000;

    private final SimulatedProcess owner;
    private final World world;

    Producer(SimulatedProcess owner) {
        this.owner = owner;
        this.world = owner.world;
    }

    /// @param written is told whether the record is known to be in the log
    void send(
            String topic,
            TaskId task,
            Envelope<? extends Message> envelope,
            Consumer<Boolean> written) {
        int soon = world.between(1, 8);
        int late = world.between(100, 20_000);
        if (world.isTrouble(30)) {
            tell(TIMEOUT_MILLIS, written, false);
        } else if (world.isTrouble(30)) {
            arrive(late, topic, task, envelope, _ -> {});
            tell(TIMEOUT_MILLIS, written, false);
        } else if (world.isTrouble(30)) {
            arrive(soon, topic, task, envelope, written);
            arrive(late, topic, task, envelope, _ -> {});
        } else {
            arrive(world.isTrouble(50) ? late : soon, topic, task, envelope, written);
        }
    }

    /// What is under way when its writer dies arrives in half of all cases.
    private void arrive(
            int millis,
            String topic,
            TaskId task,
            Envelope<? extends Message> envelope,
            Consumer<Boolean> written) {
        int life = owner.life();
        world.clock.in(
                millis,
                () -> {
                    if (!owner.livesSince(life) && world.isOneIn(2)) {
                        return;
                    }
                    world.log
                            .partition(topic, SimulatedLog.partitionOf(task))
                            .append(task.toString(), envelope, owner.name, null, null);
                    if (owner.livesSince(life)) {
                        tell(1, written, true);
                    }
                });
    }

    private void tell(int millis, Consumer<Boolean> written, boolean isWritten) {
        var _ = owner.in(millis, () -> written.accept(isWritten));
    }
}
