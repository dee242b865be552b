package dev.millrace.streams.simulation;

import dev.millrace.domain.event.Envelope;
import dev.millrace.domain.event.Message;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskState;
import dev.millrace.streams.decide.HostedDecide;
import dev.millrace.streams.decide.HostedDecide.Place;
import dev.millrace.streams.simulation.log.LogRecord;
import dev.millrace.streams.simulation.log.SimulatedLog;
import dev.millrace.streams.simulation.log.SimulatedStore;
import dev.millrace.streams.simulation.log.Transaction;
import dev.millrace.streams.simulation.log.VirtualClock.Alarm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// `decide`'s own code on one partition, in what Kafka Streams is to it: what it writes, its stores
/// and how far it has read are committed together, a few milliseconds after the first change, or
/// much later.
final class SimulatedDecide extends SimulatedProcess implements HostedDecide.Host {

    private static final List<String> INPUTS = List.of(SimulatedLog.COMMANDS, SimulatedLog.REPORTS);
    private static final int COMMIT_MILLIS = 5;
    private static final int MOST_AT_ONCE = 6;
    private static final int SLOW_COMMITS_PER_THOUSAND = 10;
    private static final int SLOW_COMMITS_GIVEN_UP_PER_THOUSAND = 300;
    private static final int SLOWEST_COMMIT_MILLIS = 2_000;
    private static final int CRASHES_PER_THOUSAND_COMMITS = 8;

    private final int partition;
    private final CommitListener listener;
    private final SimulatedStore<TaskState> tasks;
    private final SimulatedStore<Long> applied;
    private final SimulatedStore<Long> timers;
    private final SimulatedStore<Integer> watchers;
    private final SimulatedStore<Envelope<TaskCommand>> dependencies;
    private final Map<String, Long> committed = new HashMap<>();
    private final Map<String, Long> next = new HashMap<>();
    private @Nullable HostedDecide code;
    private @Nullable Transaction open;
    private boolean isAwake;
    private boolean isStarting;
    private boolean isGroupReset;

    SimulatedDecide(World world, int partition, CommitListener listener) {
        super(world, "decide-" + partition);
        this.partition = partition;
        this.listener = listener;
        this.tasks = world.seams.tasks();
        this.applied = world.seams.applied();
        this.timers = world.seams.timers();
        this.watchers = world.seams.watchers();
        this.dependencies = world.seams.dependencies();
        for (var topic : INPUTS) {
            world.log.partition(topic, partition).onGrowth(this::wake);
        }
    }

    SimulatedStore<TaskState> tasks() {
        return tasks;
    }

    SimulatedStore<Long> timers() {
        return timers;
    }

    SimulatedStore<Integer> watchers() {
        return watchers;
    }

    SimulatedStore<Envelope<TaskCommand>> dependencies() {
        return dependencies;
    }

    /// At its next start the group begins at the beginning of its input.
    void resetGroup() {
        isGroupReset = true;
    }

    @Override
    void begin() {
        if (open != null) {
            open.abort();
            open = null;
        }
        tasks.undo();
        applied.undo();
        timers.undo();
        watchers.undo();
        dependencies.undo();
        if (isGroupReset) {
            world.trace.note(name, "begins at the first record: its group was reset");
            committed.clear();
            isGroupReset = false;
        }
        next.clear();
        next.putAll(committed);
        isAwake = false;
        world.seams.restored(timers, watchers, dependencies);
        isStarting = true;
        code =
                new HostedDecide(
                        partition,
                        world.claims,
                        World.SITE,
                        new HostedDecide.Stores(tasks, applied, timers, watchers, dependencies),
                        this);
        isStarting = false;
        wake();
    }

    private void wake() {
        if (isUp() && !isAwake) {
            isAwake = true;
            var _ = in(world.between(0, 3), this::step);
        }
    }

    private void step() {
        isAwake = false;
        for (int left = world.between(1, MOST_AT_ONCE); left > 0; left--) {
            var record = read();
            if (record == null) {
                return;
            }
            process(record);
        }
        wake();
    }

    /// The next record of either input, whichever chance takes first; null if there is none.
    private @Nullable LogRecord read() {
        int first = world.random.nextInt(INPUTS.size());
        for (int i = 0; i < INPUTS.size(); i++) {
            var topic = INPUTS.get((first + i) % INPUTS.size());
            var record = world.log.partition(topic, partition).read(position(topic));
            if (record != null) {
                return record;
            }
        }
        return null;
    }

    private long position(String topic) {
        return next.getOrDefault(topic, 0L);
    }

    private void process(LogRecord record) {
        var place = record.place();
        next.put(place.topic(), place.offset() + 1);
        var _ = transaction();
        world.seams.current = record;
        var envelope = world.seams.read(record.envelope(), tasks.rows().get(record.key()));
        Objects.requireNonNull(code).process(place, record.timestamp(), record.key(), envelope);
        world.seams.current = null;
        if (!world.seams.commitsPositionsWithTheRest()) {
            keepPositions();
        }
    }

    private Transaction transaction() {
        if (open == null) {
            open = new Transaction();
            boolean isSlow = world.isTrouble(SLOW_COMMITS_PER_THOUSAND);
            var _ =
                    isSlow
                            ? in(world.between(COMMIT_MILLIS, SLOWEST_COMMIT_MILLIS), this::endLate)
                            : in(COMMIT_MILLIS, this::commit);
        }
        return open;
    }

    /// Commits, or is given up on first.
    private void endLate() {
        if (world.isTrouble(SLOW_COMMITS_GIVEN_UP_PER_THOUSAND)) {
            crash(world.between(10, 8_000));
        } else {
            commit();
        }
    }

    private void commit() {
        if (world.isTrouble(CRASHES_PER_THOUSAND_COMMITS)) {
            crash(world.between(10, 8_000));
            return;
        }
        Objects.requireNonNull(open).commit();
        open = null;
        keepPositions();
        listener.committed(
                Map.copyOf(timers.rows()),
                changedTasks(),
                world.log
                        .partition(SimulatedLog.COMMANDS, partition)
                        .since(position(SimulatedLog.COMMANDS)));
        tasks.keep();
        timers.keep();
        watchers.keep();
        dependencies.keep();
        if (world.isTrouble(CRASHES_PER_THOUSAND_COMMITS)) {
            crash(world.between(10, 8_000));
        }
    }

    private List<TaskState> changedTasks() {
        var changed = new ArrayList<TaskState>();
        for (var key : tasks.changed()) {
            var state = tasks.rows().get(key);
            if (state != null) {
                changed.add(state);
            }
        }
        return changed;
    }

    private void keepPositions() {
        committed.putAll(next);
        applied.keep();
    }

    @Override
    public int partitions() {
        return SimulatedLog.PARTITIONS;
    }

    @Override
    public long clockMillis() {
        return localMillis();
    }

    @Override
    public Runnable every(Duration interval, LongConsumer look) {
        if (isStarting && !world.seams.looksAfterStart()) {
            return () -> {};
        }
        var looking = new Looking(interval.toMillis(), look);
        looking.begin();
        return looking::cancel;
    }

    @Override
    public void write(
            String topic,
            int to,
            String key,
            Envelope<? extends Message> envelope,
            @Nullable Place cause) {
        var transaction = world.seams.isWrittenInTransaction(topic) ? transaction() : null;
        world.log
                .partition(topic, to)
                .append(key, world.seams.written(envelope), name, cause, transaction);
    }

    /// What is called back again and again.
    private final class Looking {

        private final long millis;
        private final LongConsumer look;
        private @Nullable Alarm alarm;
        private boolean isOver;

        Looking(long millis, LongConsumer look) {
            this.millis = millis;
            this.look = look;
        }

        void begin() {
            alarm = in(millis, this::look);
        }

        void cancel() {
            isOver = true;
            if (alarm != null) {
                alarm.cancel();
            }
        }

        private void look() {
            var _ = transaction();
            look.accept(localMillis());
            if (!isOver) {
                begin();
            }
        }
    }
}
