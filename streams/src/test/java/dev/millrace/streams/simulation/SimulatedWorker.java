package dev.millrace.streams.simulation;

import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskReport;
import dev.millrace.domain.task.TaskSignal;
import dev.millrace.domain.task.WorkItem;
import dev.millrace.streams.simulation.log.SimulatedLog;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A worker: takes items out of the queues as long as it has a free slot, and does each as a
/// [Holding]. What `inference-workers` does on threads happens here from one alarm to the next.
final class SimulatedWorker extends SimulatedProcess {

    private static final long FRESH_MILLIS = 5_000;

    private final int slots;
    private final boolean isAlwaysClaiming;
    private final Producer producer;
    private final Map<Key, Holding> held = new LinkedHashMap<>();
    private final Set<Key> withdrawn = new HashSet<>();
    private final Set<Key> spent = new HashSet<>();
    private final long[] heard = new long[SimulatedLog.PARTITIONS];
    private String worker = "";
    private @Nullable Long followingSince;
    private boolean isAwake;

    /// @param isAlwaysClaiming whether it claims every attempt first, as those do that work over
    ///   HTTP
    SimulatedWorker(World world, String name, int slots, boolean isAlwaysClaiming) {
        super(world, name);
        this.slots = slots;
        this.isAlwaysClaiming = isAlwaysClaiming;
        this.producer = new Producer(this);
        world.queues.onWork(this::wake);
        for (var signals : world.log.topic(SimulatedLog.SIGNALS)) {
            signals.onGrowth(() -> {
                if (isUp()) {
                    var _ = in(world.between(1, 5), this::listen);
                }
            });
        }
    }

    @Override
    protected void begin() {
        // A process that comes back is another worker: it knows nothing of what it held.
        worker = name + "/" + life();
        held.clear();
        withdrawn.clear();
        spent.clear();
        isAwake = false;
        follow();
        wake();
    }

    /// For a while it hears nothing, and what was said then it never hears.
    void goDeaf(int millis) {
        followingSince = null;
        var _ = in(millis, this::follow);
    }

    private void follow() {
        for (int partition = 0; partition < heard.length; partition++) {
            heard[partition] = world.log.partition(SimulatedLog.SIGNALS, partition).end();
        }
        followingSince = world.clock.now();
    }

    private void wake() {
        if (isUp() && !isAwake) {
            isAwake = true;
            var _ = in(world.between(1, 4), this::take);
        }
    }

    private void take() {
        isAwake = false;
        while (held.size() < slots) {
            var delivery = world.queues.acquire();
            if (delivery == null) {
                return;
            }
            begin(delivery);
        }
    }

    private void begin(Delivery delivery) {
        var key = Key.of(delivery.item());
        boolean isSpent = spent.contains(key);
        if (held.containsKey(key)
                || withdrawn.contains(key)
                || (isSpent && !world.seams.asksAboutWhatIsSpent())) {
            delivery.accept();
            return;
        }
        var holding = new Holding(this, delivery);
        held.put(key, holding);
        holding.begin(isAlwaysClaiming || isSpent || isDoubtful(delivery));
    }

    /// Whether the work may be another's by now, or over.
    private boolean isDoubtful(Delivery delivery) {
        long age = localMillis() - delivery.timestamp();
        return delivery.count() > 1
                || age > FRESH_MILLIS
                || followingSince == null
                || world.clock.now() - followingSince < age;
    }

    /// Lets go of an attempt.
    ///
    /// @param isOver whether nobody is to work on it any more
    void drop(WorkItem item, boolean isOver) {
        var key = Key.of(item);
        held.remove(key);
        if (isOver) {
            spent.add(key);
        }
        wake();
    }

    /// The name under which it claims.
    String worker() {
        return worker;
    }

    /// @param written is told whether the report is known to be in the log
    void report(TaskReport report, String tenant, Consumer<Boolean> written) {
        var envelope = world.envelope(report, tenant, worker);
        producer.send(SimulatedLog.REPORTS, report.task(), envelope, written);
    }

    private void listen() {
        if (followingSince == null) {
            return;
        }
        for (int partition = 0; partition < heard.length; partition++) {
            var signals = world.log.partition(SimulatedLog.SIGNALS, partition);
            for (var next = signals.read(heard[partition]);
                    next != null;
                    next = signals.read(heard[partition])) {
                heard[partition] = next.place().offset() + 1;
                if (next.message() instanceof TaskSignal signal) {
                    hear(signal);
                }
            }
        }
    }

    private void hear(TaskSignal signal) {
        var key = new Key(signal.task(), signal.attempt());
        var holding = held.get(key);
        switch (signal) {
            case TaskSignal.Granted granted -> {
                if (holding != null && granted.worker().equals(worker)) {
                    holding.grant();
                }
            }
            case TaskSignal.Withdrawn withdrawn -> {
                boolean isForAll = withdrawn.worker() == null;
                if (isForAll) {
                    this.withdrawn.add(key);
                }
                if (holding != null && (isForAll || worker.equals(withdrawn.worker()))) {
                    holding.withdraw(isForAll);
                }
            }
        }
    }

    private record Key(TaskId task, int attempt) {
        static Key of(WorkItem item) {
            return new Key(item.task(), item.attempt());
        }
    }
}
