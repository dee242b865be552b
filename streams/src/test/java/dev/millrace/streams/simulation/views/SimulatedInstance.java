package dev.millrace.streams.simulation.views;

import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.Views;
import dev.millrace.streams.simulation.SimulatedProcess;
import dev.millrace.streams.simulation.World;
import dev.millrace.streams.simulation.log.SimulatedLog;
import dev.millrace.streams.views.HostedViews;
import dev.millrace.streams.views.fold.Arrivals;
import dev.millrace.streams.views.stores.Assignment;
import dev.millrace.streams.views.stores.Reached;
import dev.millrace.streams.views.stores.SharedStores;
import dev.millrace.streams.views.stores.Standbys;
import dev.millrace.streams.views.stores.ViewStores;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/// A process of the views in what Kafka Streams is to it: it folds what it is given, commits what
/// came of all of it together, half a second after the first change, and answers reads meanwhile.
///
/// An instance that hung for too long folds and answers on until it finds that others have taken
/// its place; then it throws away what it has not committed.
final class SimulatedInstance extends SimulatedProcess implements HostedViews.Host {

    private static final int COMMIT_MILLIS = 500;
    private static final int MOST_AT_ONCE = 8;
    private static final int CRASHES_PER_THOUSAND_COMMITS = 10;
    private static final int PORT = 9000;

    /// It does not hang for longer than this.
    static final int MOST_HANG_MILLIS = 20_000;

    private final ViewsGroup group;
    private final ViewSeams seams;
    private final Interleaving interleaving;
    private final int number;
    private final Map<StreamTask, Held> held = new LinkedHashMap<>();
    private Arrivals arrivals = new Arrivals();
    private Map<TopicPartition, HostInfo> elsewhere = Map.of();
    private @Nullable Views views;
    private int news;
    private boolean isAwake;
    private boolean isCommitting;

    SimulatedInstance(
            World world, ViewSeams seams, Interleaving interleaving, ViewsGroup group, int number) {
        super(world, "views-" + number);
        this.seams = seams;
        this.interleaving = interleaving;
        this.group = group;
        this.number = number;
        for (var task : StreamTask.all()) {
            for (var topic : task.topics()) {
                world.log.partition(topic, task.partition()).onGrowth(this::wake);
            }
        }
        interleaving.add(() -> {
            if (isUp() && !isHanging()) {
                foldOne();
            }
        });
    }

    @Override
    protected void begin() {
        arrivals = new Arrivals();
        isAwake = false;
        isCommitting = false;
        var local = local();
        var all =
                group.isShared()
                        ? new SharedStores(
                                local,
                                this::assignment,
                                new SimulatedNetwork(this, group),
                                Standbys.NONE)
                        : local;
        views = HostedViews.of(seams.read(all), this);
        group.joined(this);
    }

    @Override
    protected void died() {
        held.clear();
        views = null;
        group.left(this);
    }

    HostInfo address() {
        return new HostInfo("views", PORT + number);
    }

    /// Null while it is down.
    @Nullable Views views() {
        return views;
    }

    /// Whether somebody at the other end of the network gets an answer.
    boolean answers() {
        return isUp() && !isHanging();
    }

    ViewStores local() {
        return seams.held(new Local(), arrivals);
    }

    private Assignment assignment() {
        var here = new HashSet<TopicPartition>();
        held.keySet().forEach(task -> here.addAll(task.sources()));
        return new Assignment(here, elsewhere);
    }

    /// Is told who else folds what.
    ///
    /// @param number of the news
    void learn(int number, Map<TopicPartition, HostInfo> others) {
        if (number > news) {
            news = number;
            elsewhere = others;
        }
    }

    /// Takes a partition over: once its stores are restored, it goes on with it.
    void take(StreamTask task, int epoch, Changelog changelog) {
        var taken = new Held(epoch);
        held.put(task, taken);
        var _ =
                in(
                        world.isOneIn(3) ? world.between(1, 20) : world.between(20, 3_000),
                        () -> {
                            if (held.get(task) == taken) {
                                taken.running =
                                        new FoldTask(
                                                world,
                                                seams,
                                                task,
                                                changelog,
                                                arrivals,
                                                interleaving::betweenChanges);
                                wake();
                            }
                        });
    }

    /// Lets a partition go, everything committed before.
    ///
    /// @return false if it is not this one's any more
    boolean release(StreamTask task) {
        if (!commitAll()) {
            return false;
        }
        held.remove(task);
        arrivals.left(task.applied(), task.partition());
        return true;
    }

    private void wake() {
        if (isUp() && !isAwake) {
            isAwake = true;
            var _ = in(world.between(0, 4), this::step);
        }
    }

    private void step() {
        isAwake = false;
        for (int left = world.between(1, MOST_AT_ONCE); left > 0; left--) {
            if (!foldOne()) {
                return;
            }
        }
        wake();
    }

    /// Folds a record of any partition; false if there is none to fold.
    private boolean foldOne() {
        var tasks = new ArrayList<FoldTask>();
        held.values()
                .forEach(one -> {
                    if (one.running != null) {
                        tasks.add(one.running);
                    }
                });
        while (!tasks.isEmpty()) {
            var task = tasks.remove(world.random.nextInt(tasks.size()));
            var folded = new boolean[1];
            interleaving.fold(() -> folded[0] = task.foldNext());
            if (folded[0]) {
                if (!isCommitting) {
                    isCommitting = true;
                    var _ = in(COMMIT_MILLIS, this::commit);
                }
                return true;
            }
        }
        return false;
    }

    private void commit() {
        isCommitting = false;
        if (world.isTrouble(CRASHES_PER_THOUSAND_COMMITS)) {
            crash(world.between(10, 8_000));
            return;
        }
        if (commitAll() && world.isTrouble(CRASHES_PER_THOUSAND_COMMITS)) {
            crash(world.between(10, 8_000));
        }
    }

    /// One transaction for all that it folds.
    ///
    /// @return false if it was fenced off, and has nothing any more
    private boolean commitAll() {
        for (var one : held.entrySet()) {
            if (group.epoch(one.getKey()) != one.getValue().epoch) {
                startOver();
                return false;
            }
        }
        held.values()
                .forEach(one -> {
                    if (one.running != null && one.running.isChanged()) {
                        one.running.commit();
                    }
                });
        return true;
    }

    private void startOver() {
        world.trace.note(name, "finds that others have taken its place");
        var gone = List.copyOf(held.keySet());
        held.clear();
        gone.forEach(task -> arrivals.left(task.applied(), task.partition()));
        group.joinedAnew(this);
    }

    /// Hears again from the group after a silence.
    void heartbeat() {
        if (!group.isMember(this)) {
            startOver();
        }
    }

    /// How long somebody waits for an answer at most, hangs included.
    int mostMillis(int usual) {
        return usual + MOST_HANG_MILLIS;
    }

    void hangFor(int millis) {
        hang(millis);
        group.hangs(this, millis);
        var _ = in(world.between(1, 300), this::heartbeat);
    }

    /// What it folds, and has restored.
    Map<StreamTask, FoldTask> running() {
        var running = new LinkedHashMap<StreamTask, FoldTask>();
        held.forEach((task, one) -> {
            if (one.running != null) {
                running.put(task, one.running);
            }
        });
        return running;
    }

    List<StreamTask> held() {
        return List.copyOf(held.keySet());
    }

    @Override
    public long millis() {
        return localMillis();
    }

    @Override
    public Runnable later(long millis, Runnable action) {
        return in(millis, action)::cancel;
    }

    @Override
    public void read(Runnable reading) {
        int life = life();
        var read = interleaving.soon(() -> livesSince(life) && !isHanging(), reading);
        var _ = in(world.between(0, 3), read);
    }

    private static final class Held {

        private final int epoch;
        private @Nullable FoldTask running;

        Held(int epoch) {
            this.epoch = epoch;
        }
    }

    /// What this instance holds; fails for what it does not.
    private final class Local implements ViewStores {

        private final int life = life();

        @Override
        public int partitions() {
            return SimulatedLog.PARTITIONS;
        }

        @Override
        public <V> ReadOnlyKeyValueStore<String, V> store(String name, int partition) {
            var task = StreamTask.of(name, partition);
            var store = new LookedInto<V>(() -> store(task, name), interleaving::betweenLooks);
            store.require();
            return store;
        }

        /// Asked for anew with each look, as Kafka Streams does.
        private <V> ReadOnlyKeyValueStore<String, V> store(StreamTask task, String name) {
            var one = livesSince(life) ? held.get(task) : null;
            if (one == null || one.running == null) {
                throw new InvalidStateStoreException(task + " is not here");
            }
            return one.running.get(name);
        }

        @Override
        public CompletableFuture<Void> reached(Position after) {
            return new Reached(this, arrivals).position(after);
        }
    }
}
