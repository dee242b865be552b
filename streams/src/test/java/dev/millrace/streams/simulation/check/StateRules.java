package dev.millrace.streams.simulation.check;

import dev.millrace.domain.task.TaskDecider;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.TaskState.Owner;
import dev.millrace.streams.simulation.Run;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Holds what is left to [Rule#STATE_IS_FOLD], [Rule#ONE_TIMER] and [Rule#ALL_END], and looks for
/// rows that nobody needs any more.
final class StateRules {

    private StateRules() {}

    static void look(Run run, History history, Findings findings) {
        history.steps()
                .forEach((task, steps) -> {
                    var state = run.states().get(task.toString());
                    findings.require(
                            Objects.equals(state, fold(steps)),
                            Rule.STATE_IS_FOLD,
                            task,
                            "state " + state + " of " + steps);
                    findings.require(
                            state == null || state.open() == null,
                            Rule.ALL_END,
                            task,
                            "it has not ended: " + state);
                });
        for (var task : run.submitted()) {
            findings.require(
                    history.steps().containsKey(task), Rule.ALL_END, task, "nobody answered");
        }
        findings.require(run.isAtRest(), Rule.ALL_END, null, "it goes on and on");
        findings.require(
                run.watchers().isEmpty(),
                Rule.TRUE_ENDS,
                null,
                "rows of watchers are left: " + run.watchers());
        findings.require(
                run.dependencies().isEmpty(),
                Rule.RESULTS_AT_HAND,
                null,
                "rows of dependencies are left: " + run.dependencies());
        run.timers()
                .keySet()
                .forEach(timer -> {
                    var task = TaskId.parse(timer.substring(timer.indexOf('/') + 1));
                    findings.require(false, Rule.ONE_TIMER, task, "a timer is left: " + timer);
                });
    }

    private static @Nullable TaskState fold(List<Step> steps) {
        TaskState state = null;
        for (var step : steps) {
            state = TaskDecider.evolve(state, step.event());
            if (step.event() instanceof TaskEvent.Submitted) {
                var cause = step.cause().envelope();
                state =
                        state.ownedBy(
                                new Owner(
                                        cause.tenant(),
                                        cause.subject(),
                                        cause.labels(),
                                        cause.correlation()));
            }
        }
        return state;
    }
}
