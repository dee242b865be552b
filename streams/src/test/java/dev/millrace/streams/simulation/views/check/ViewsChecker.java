package dev.millrace.streams.simulation.views.check;

import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.view.Position;
import dev.millrace.domain.view.ViewBehind;
import dev.millrace.domain.view.ViewUnavailable;
import dev.millrace.streams.simulation.Trace;
import dev.millrace.streams.simulation.views.Ask;
import dev.millrace.streams.simulation.views.StreamTask;
import dev.millrace.streams.simulation.views.ViewSeams;
import dev.millrace.streams.simulation.views.ViewsLoad;
import dev.millrace.streams.simulation.views.ViewsSimulation;
import dev.millrace.streams.simulation.views.ViewsWitness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs a simulation of the views and holds it to every [ViewRule].
public final class ViewsChecker implements ViewsWitness {

    private static final int MOST_KEPT = 50;

    private final List<ViewViolation> violations = new ArrayList<>();
    private final Set<StreamTask> standing = new HashSet<>();
    private final Map<StreamTask, Position> positions = new HashMap<>();
    private final ViewsSimulation simulation;
    private final DirectFolds direct;
    private final AnswerRules answers;
    private int answered;
    private int looks;
    private int refusals;
    private int unavailable;

    private ViewsChecker(long seed, ViewSeams seams, ViewsLoad load, Trace trace) {
        this.simulation = ViewsSimulation.of(seed, seams, load, trace, this);
        this.direct = new DirectFolds(simulation.log());
        this.answers = new AnswerRules(simulation.log());
    }

    /// All that is wrong with the run of a seed; empty if nothing is.
    public static List<ViewViolation> violations(
            long seed, ViewSeams seams, ViewsLoad load, Trace trace) {
        return run(seed, seams, load, trace).violations;
    }

    /// Runs a seed to its end.
    public static ViewsChecker run(long seed, ViewSeams seams, ViewsLoad load, Trace trace) {
        var checker = new ViewsChecker(seed, seams, load, trace);
        checker.run();
        return checker;
    }

    private void run() {
        simulation.run();
        standing.clear();
        simulation.look();
        atRest();
        for (int instance = 0; instance < simulation.instances(); instance++) {
            new RestRules(
                            simulation.views(instance),
                            Told.upTo(simulation.log(), null),
                            (rule, what) -> require(false, rule, what))
                    .look();
        }
        simulation.sweep();
    }

    private void atRest() {
        require(simulation.isAtRest(), ViewRule.ALL_CAUGHT_UP, "it goes on and on");
        for (var task : StreamTask.all()) {
            require(standing.contains(task), ViewRule.ALL_CAUGHT_UP, "nobody holds " + task);
            var end = new TreeMap<String, Long>();
            for (var topic : task.topics()) {
                for (var record : simulation.log().committed(topic)) {
                    if (record.place().partition() == task.partition()) {
                        end.put(topic + "-" + task.partition(), record.place().offset());
                    }
                }
            }
            var position = positions.getOrDefault(task, Position.START);
            require(
                    position.equals(new Position(end)),
                    ViewRule.ALL_CAUGHT_UP,
                    "%s is at %s (expected: %s)".formatted(task, position, end));
        }
    }

    @Override
    public void stands(StreamTask task, String instance, Map<String, Map<String, ?>> rows) {
        looks++;
        standing.add(task);
        var position = position(rows.get(task.applied()));
        positions.put(task, position);
        var expected = direct.at(task, position);
        for (var store : task.stores()) {
            require(
                    Objects.equals(expected.get(store), rows.get(store)),
                    ViewRule.VIEW_IS_FOLD,
                    () ->
                            "%s of %s at %s: %s"
                                    .formatted(
                                            store,
                                            instance,
                                            position,
                                            difference(expected.get(store), rows.get(store))));
        }
    }

    private static Position position(@Nullable Map<String, ?> applied) {
        var offsets = new TreeMap<String, Long>();
        Objects.requireNonNull(applied)
                .forEach((partition, offset) -> offsets.put(partition, (Long) offset));
        return new Position(offsets);
    }

    private static String difference(
            @Nullable Map<String, ?> expected, @Nullable Map<String, ?> is) {
        var keys = new HashSet<String>();
        Objects.requireNonNull(expected).forEach((key, _) -> keys.add(key));
        Objects.requireNonNull(is).forEach((key, _) -> keys.add(key));
        return keys.stream()
                .filter(key -> !Objects.equals(expected.get(key), is.get(key)))
                .findFirst()
                .map(key ->
                        "%s -> %s (expected: %s)".formatted(key, is.get(key), expected.get(key)))
                .orElse("nothing");
    }

    @Override
    public void answered(Ask ask, Object answer) {
        answered++;
        if (ask.write().message() instanceof TaskEvent.Refused) {
            refusals++;
        }
        var lacks = answers.lacks(ask, answer);
        require(lacks == null, ViewRule.READ_SHOWS_WRITE, () -> ask + ": " + lacks);
    }

    @Override
    public void failed(Ask ask, Throwable failure, boolean isAllWell) {
        if (failure instanceof ViewUnavailable) {
            unavailable++;
        }
        if (failure instanceof ViewBehind late) {
            require(
                    !late.reached().covers(ask.after()),
                    ViewRule.READ_ENDS,
                    () -> ask + " is told that the view is at " + late.reached());
        }
        require(
                !isAllWell && (failure instanceof ViewBehind || failure instanceof ViewUnavailable),
                ViewRule.READ_ENDS,
                () -> ask + ": " + failure);
    }

    @Override
    public void silent(Ask ask) {
        require(false, ViewRule.READ_ENDS, () -> "nothing is heard of " + ask);
    }

    private void require(boolean holds, ViewRule rule, String what) {
        require(holds, rule, () -> what);
    }

    private void require(boolean holds, ViewRule rule, Supplier<String> what) {
        if (!holds && violations.size() < MOST_KEPT) {
            violations.add(new ViewViolation(rule, what.get()));
        }
    }

    /// All that is wrong.
    public List<ViewViolation> violations() {
        return violations;
    }

    /// How many reads by a token were answered.
    int answered() {
        return answered;
    }

    /// How many of these waited for a refusal.
    int refusals() {
        return refusals;
    }

    /// How many attempts were told that a partition cannot be read.
    int unavailable() {
        return unavailable;
    }

    /// How many times the stores of a task were held against its fold.
    int looks() {
        return looks;
    }

    /// What was run.
    public ViewsSimulation simulation() {
        return simulation;
    }
}
