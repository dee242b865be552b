package dev.millrace.streams.simulation;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.Priority;
import dev.millrace.domain.task.WorkItem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The queues of one kind of work, one a priority.
final class Queues {

    /// The kind of work that they are for.
    static final String KIND = "echo";

    private final World world;
    private final Map<Priority, SimulatedQueue> queues = new EnumMap<>(Priority.class);
    private final List<Runnable> workers = new ArrayList<>();
    private final Map<UUID, WorkItem> handedOut = new HashMap<>();
    private final List<WorkItem> seen = new ArrayList<>();

    Queues(World world) {
        this.world = world;
        for (var priority : Priority.values()) {
            queues.put(priority, new SimulatedQueue(world, () -> workers.forEach(Runnable::run)));
        }
    }

    /// From now on a worker is told when there may be something to do.
    void onWork(Runnable worker) {
        workers.add(worker);
    }

    /// Puts an item where it belongs.
    ///
    /// @return false if the queue was missing; it is there the next time
    boolean add(Envelope<WorkItem> envelope) {
        var item = Objects.requireNonNull(envelope.messageOrNull());
        var queue = queue(item.terms().priority());
        if (!queue.isThere()) {
            queue.make();
            if (world.isOneIn(2)) {
                return false;
            }
        }
        world.trace.note("queue", "takes in attempt " + item.attempt(), item.task().toString());
        if (world.isTrouble(20)) {
            delete(item.terms().priority());
        } else {
            queue.add(envelope);
        }
        seen.add(item);
        handedOut.put(Objects.requireNonNull(envelope.causation()), item);
        return true;
    }

    /// What was ever handed out, by the id of the event that it follows from.
    Map<UUID, WorkItem> handedOut() {
        return Map.copyOf(handedOut);
    }

    /// An item that was in a queue once; null if there was none yet.
    @Nullable WorkItem anySeen() {
        return seen.isEmpty() ? null : seen.get(world.random.nextInt(seen.size()));
    }

    /// Locks an item of any priority; null if there is none.
    @Nullable Delivery acquire() {
        var order = new ArrayList<>(queues.values());
        Collections.shuffle(order, world.random);
        for (var queue : order) {
            var delivery = queue.acquire();
            if (delivery != null) {
                return delivery;
            }
        }
        return null;
    }

    /// Deletes a queue with all that is in it.
    void delete(Priority priority) {
        world.trace.note("queue " + priority, "is deleted");
        queue(priority).delete();
    }

    private SimulatedQueue queue(Priority priority) {
        return Objects.requireNonNull(queues.get(priority));
    }
}
