package dev.millrace.streams.simulation.check;

import dev.millrace.domain.task.TaskId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes down what is found.
final class Findings {

    private final List<Violation> violations = new ArrayList<>();

    void require(boolean holds, Rule rule, @Nullable TaskId task, Object what) {
        if (!holds) {
            violations.add(new Violation(rule, task, what.toString()));
        }
    }

    List<Violation> all() {
        return List.copyOf(violations);
    }
}
