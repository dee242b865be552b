package dev.millrace.streams.simulation.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.domain.event.Content;
import dev.millrace.domain.task.DependencyResult;
import dev.millrace.domain.task.DependencyResults;
import dev.millrace.domain.task.TaskCommand;
import dev.millrace.domain.task.TaskEvent;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState.Stage;
import dev.millrace.streams.simulation.Run;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Holds the history to [Rule#RESULTS_AT_HAND]: what an attempt is handed is told anew from the
/// events of the tasks that its task named, and from nothing that was passed on.
final class ResultRules {

    private final Run run;
    private final Map<TaskId, List<Step>> steps;
    private final Findings findings;

    ResultRules(Run run, History history, Findings findings) {
        this.run = run;
        this.steps = history.steps();
        this.findings = findings;
    }

    void look(Step step) {
        if (step.event() instanceof TaskEvent.Queued queued) {
            var expected = expected(queued.task());
            require(queued.dependencies().equals(expected), step);
            var item = run.handedOut().get(step.record().envelope().id());
            require(item == null || item.dependencies().equals(expected), step);
        }
    }

    private void require(boolean holds, Step step) {
        findings.require(holds, Rule.RESULTS_AT_HAND, step.event().task(), step);
    }

    private DependencyResults expected(TaskId task) {
        var ends = ends(task);
        var each = new ArrayList<DependencyResult>();
        boolean isComplete = true;
        for (var dependency : named(task)) {
            var end = ends.getOrDefault(dependency, Stage.ABSENT);
            var output = end == Stage.SUCCEEDED ? output(dependency) : null;
            each.add(new DependencyResult(dependency, end, output));
            isComplete &= end != Stage.SUCCEEDED || output != null;
        }
        return new DependencyResults(each, isComplete);
    }

    private List<TaskId> named(TaskId task) {
        return steps.getOrDefault(task, List.of()).stream()
                .map(Step::event)
                .filter(TaskEvent.Submitted.class::isInstance)
                .findFirst()
                .map(event -> ((TaskEvent.Submitted) event).after())
                .orElseThrow();
    }

    /// How a task was told that those ended that it waits for: [Rule#TRUE_ENDS] says whether that
    /// is so.
    private Map<TaskId, Stage> ends(TaskId task) {
        var ends = new HashMap<TaskId, Stage>();
        for (var step : steps.getOrDefault(task, List.of())) {
            if (step.input() instanceof TaskCommand.Settle settle
                    && !(step.event() instanceof TaskEvent.Refused)) {
                ends.put(settle.dependency(), settle.end());
            }
        }
        return ends;
    }

    /// What a task gave, if that is small; else null.
    private @Nullable Content output(TaskId task) {
        for (var step : steps.getOrDefault(task, List.of())) {
            if (step.event() instanceof TaskEvent.Succeeded succeeded) {
                var output = succeeded.output();
                boolean isLarge =
                        output instanceof Content.Inline(String text)
                                && text.getBytes(UTF_8).length > 8_192;
                return isLarge ? null : output;
            }
        }
        return null;
    }
}
