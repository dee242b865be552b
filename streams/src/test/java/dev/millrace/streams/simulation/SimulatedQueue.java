package dev.millrace.streams.simulation;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.task.WorkItem;
import dev.millrace.schemas.topic.KafkaWorkQueues;
import dev.millrace.streams.simulation.log.VirtualClock.Alarm;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A queue as a share group has it: an item is locked for one worker at a time, handed out anew
/// when that one lets go of it or its lock ends, and given up after so many deliveries.
///
/// It can be deleted with all that is in it.
final class SimulatedQueue {

    private static final int MOST_DELIVERIES = 10;

    private final World world;
    private final Runnable tellWorkers;
    private final long skewMillis;
    private final Map<Long, Item> items = new LinkedHashMap<>();
    private long added;
    private boolean isThere;

    /// @param tellWorkers called when there may be something to do
    SimulatedQueue(World world, Runnable tellWorkers) {
        this.world = world;
        this.tellWorkers = tellWorkers;
        this.skewMillis = world.skewMillis() / 10;
    }

    boolean isThere() {
        return isThere;
    }

    void make() {
        isThere = true;
    }

    void delete() {
        isThere = false;
        items.clear();
    }

    void add(Envelope<WorkItem> envelope) {
        items.put(added++, new Item(envelope, world.clock.now() + skewMillis));
        tellWorkers.run();
    }

    /// Locks the first item that is free; null if none is.
    @Nullable Delivery acquire() {
        for (var entry : items.entrySet()) {
            var item = entry.getValue();
            if (item.lock == null) {
                item.count++;
                var delivery =
                        new Delivery(
                                this, entry.getKey(), item.count, item.timestamp, item.envelope);
                lock(item, delivery);
                return delivery;
            }
        }
        return null;
    }

    private void lock(Item item, Delivery delivery) {
        item.lock = world.clock.in(KafkaWorkQueues.LOCK_MILLIS, () -> release(delivery));
    }

    void renew(Delivery delivery) {
        var item = locked(delivery);
        if (item != null) {
            unlock(item);
            lock(item, delivery);
        }
    }

    void accept(Delivery delivery) {
        var item = locked(delivery);
        if (item != null) {
            unlock(item);
            items.remove(delivery.number());
        }
    }

    void release(Delivery delivery) {
        var item = locked(delivery);
        if (item == null) {
            return;
        }
        unlock(item);
        if (item.count < MOST_DELIVERIES) {
            tellWorkers.run();
        } else {
            items.remove(delivery.number());
        }
    }

    private static void unlock(Item item) {
        if (item.lock != null) {
            item.lock.cancel();
            item.lock = null;
        }
    }

    /// The item, if it is still this delivery that holds it.
    private @Nullable Item locked(Delivery delivery) {
        var item = items.get(delivery.number());
        return item != null && item.lock != null && item.count == delivery.count() ? item : null;
    }

    private static final class Item {

        private final Envelope<WorkItem> envelope;
        private final long timestamp;
        private int count;
        private @Nullable Alarm lock;

        Item(Envelope<WorkItem> envelope, long timestamp) {
            this.envelope = envelope;
            this.timestamp = timestamp;
        }
    }
}
