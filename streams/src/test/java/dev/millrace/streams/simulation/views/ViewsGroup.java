package dev.millrace.streams.simulation.views;

import dev.millrace.streams.simulation.World;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.state.HostInfo;

/// The broker's side of the views' group: who belongs to it, who folds what, and what lasts of it.
///
/// A member that is silent for too long is put out, and its partitions go to the others; whoever
/// held them before may not commit any more. All are told, sooner or later, who folds what.
final class ViewsGroup {

    private static final int SESSION_MILLIS = 10_000;
    private static final int MOST_NEWS_MILLIS = 800;

    private final World world;
    private final ViewSeams seams;
    private final List<SimulatedInstance> instances = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();
    private final Map<StreamTask, Holder> holders = new LinkedHashMap<>();
    private final Map<StreamTask, Changelog> changelogs = new LinkedHashMap<>();
    private int epochs;
    private int joins;
    private int news;

    ViewsGroup(World world, ViewSeams seams, Interleaving interleaving, int size) {
        this.world = world;
        this.seams = seams;
        StreamTask.all().forEach(task -> changelogs.put(task, new Changelog()));
        for (int number = 1; number <= size; number++) {
            instances.add(new SimulatedInstance(world, seams, interleaving, this, number));
        }
        interleaving.add(() -> {
            if (world.isTrouble(20)) {
                moveOne();
            }
        });
    }

    List<SimulatedInstance> instances() {
        return instances;
    }

    boolean isShared() {
        return instances.size() > 1;
    }

    SimulatedInstance at(HostInfo address) {
        return instances.stream()
                .filter(instance -> instance.address().equals(address))
                .findFirst()
                .orElseThrow();
    }

    /// Which of its holders a partition has now; none had the same before.
    int epoch(StreamTask task) {
        var holder = holders.get(task);
        return holder == null ? 0 : holder.epoch;
    }

    void joined(SimulatedInstance instance) {
        joins++;
        members.add(new Member(instance, instance.life(), joins));
        world.clock.in(world.between(5, 600), this::balance);
    }

    void joinedAnew(SimulatedInstance instance) {
        members.removeIf(member -> member.is(instance));
        joined(instance);
    }

    /// The member's session ends only later.
    void left(SimulatedInstance instance) {
        for (var gone : List.copyOf(members)) {
            if (gone.is(instance)) {
                world.clock.in(SESSION_MILLIS, () -> putOut(gone));
            }
        }
    }

    void hangs(SimulatedInstance instance, int millis) {
        if (millis > SESSION_MILLIS) {
            left(instance);
        }
    }

    boolean isMember(SimulatedInstance instance) {
        return members.stream().anyMatch(member -> member.is(instance));
    }

    private void putOut(Member gone) {
        if (members.remove(gone)) {
            world.trace.note("group", "puts " + gone.instance.address().port() + " out");
            balance();
        }
    }

    private void balance() {
        if (members.isEmpty()) {
            return;
        }
        for (var task : StreamTask.all()) {
            var holder = holders.get(task);
            if (holder == null || !members.contains(holder.member)) {
                give(task, leastLoaded());
            }
        }
        boolean isUneven = true;
        while (isUneven) {
            var most = members.stream().max(Comparator.comparingInt(this::load)).orElseThrow();
            var least = leastLoaded();
            isUneven = load(most) - load(least) > 1 && move(anyOf(most), least);
        }
        tellAll();
    }

    private Member leastLoaded() {
        return members.stream().min(Comparator.comparingInt(this::load)).orElseThrow();
    }

    private int load(Member member) {
        return (int) holders.values().stream().filter(one -> one.member.equals(member)).count();
    }

    private StreamTask anyOf(Member member) {
        return world.oneOf(
                holders.entrySet().stream()
                        .filter(one -> one.getValue().member.equals(member))
                        .map(Map.Entry::getKey)
                        .toList());
    }

    /// Moves any partition to any member.
    void moveOne() {
        if (members.size() > 1 && !holders.isEmpty()) {
            var _ = move(world.oneOf(List.copyOf(holders.keySet())), world.oneOf(members));
            tellAll();
        }
    }

    private boolean move(StreamTask task, Member to) {
        var holder = holders.get(task);
        if (holder == null
                || holder.member.equals(to)
                || !holder.member.isAlive()
                || !holder.member.instance.answers()
                || !holder.member.instance.release(task)) {
            return false;
        }
        give(task, to);
        return true;
    }

    private void give(StreamTask task, Member to) {
        epochs++;
        holders.put(task, new Holder(to, epochs));
        world.trace.note("group", "gives " + task + " to " + to.instance.address().port());
        if (to.isAlive()) {
            to.instance.take(task, epochs, changelog(task));
        }
    }

    private Changelog changelog(StreamTask task) {
        var changelog = changelogs.get(task);
        if (changelog == null) {
            throw new IllegalStateException("no changelog of " + task);
        }
        return changelog;
    }

    private void tellAll() {
        news++;
        int number = news;
        for (var instance : instances) {
            var others = new HashMap<TopicPartition, HostInfo>();
            holders.forEach((task, holder) -> {
                if (holder.member.instance != instance) {
                    task.sources()
                            .forEach(
                                    source -> others.put(source, holder.member.instance.address()));
                }
            });
            world.clock.in(
                    world.between(0, MOST_NEWS_MILLIS),
                    () -> instance.learn(number, Map.copyOf(others)));
        }
    }

    /// All instances stop, and find later that they are to read from the first record on; what they
    /// remember having applied, they skip.
    void resetOffsets() {
        world.trace.note("group", "is reset");
        stopAll();
        changelogs.values().forEach(Changelog::forgetOffsets);
    }

    /// All instances stop, and find later that there is nothing: all views are to be made anew.
    void loseEverything() {
        world.trace.note("group", "is lost with all that lasts of it");
        stopAll();
        for (var changelog : changelogs.values()) {
            changelog.forgetRows();
            if (seams.rebuildsFromTheBeginning()) {
                changelog.forgetOffsets();
            }
        }
    }

    private void stopAll() {
        for (var instance : instances) {
            instance.crash(world.between(10, 5_000));
        }
        members.clear();
        holders.clear();
    }

    /// @param join tells it apart from the same instance when it joins anew
    private record Member(SimulatedInstance instance, int life, int join) {
        boolean is(SimulatedInstance other) {
            return instance == other && life == other.life();
        }

        boolean isAlive() {
            return instance.livesSince(life);
        }
    }

    private record Holder(Member member, int epoch) {}
}
