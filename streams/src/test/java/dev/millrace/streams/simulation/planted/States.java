package dev.millrace.streams.simulation.planted;

import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.TaskState.Open;
import dev.millrace.domain.task.Terms;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// States of tasks that are not as they should be.
final class States {

    private States() {}

    static TaskState at(TaskState state, long version, int attempt) {
        return new TaskState(
                state.task(),
                version,
                state.stage(),
                state.kind(),
                state.inputDigest(),
                attempt,
                state.owner(),
                state.open(),
                state.output());
    }

    static TaskState ownerless(TaskState state) {
        return new TaskState(
                state.task(),
                state.version(),
                state.stage(),
                state.kind(),
                state.inputDigest(),
                state.attempt(),
                null,
                state.open(),
                state.output());
    }

    /// The same with another [Open], if it is open at all.
    static @Nullable TaskState open(@Nullable TaskState state, UnaryOperator<Open> change) {
        if (state == null || state.open() == null) {
            return state;
        }
        return new TaskState(
                state.task(),
                state.version(),
                state.stage(),
                state.kind(),
                state.inputDigest(),
                state.attempt(),
                state.owner(),
                change.apply(state.open()),
                state.output());
    }

    static Open withoutHolder(Open open) {
        return new Open(
                open.input(),
                open.terms(),
                open.due(),
                open.leaseEnds(),
                null,
                open.again(),
                open.repeats(),
                open.endsBy(),
                open.pending(),
                open.dependencies());
    }

    static Open withoutLease(Open open) {
        return new Open(
                open.input(),
                open.terms(),
                open.due(),
                null,
                open.worker(),
                open.again(),
                open.repeats(),
                open.endsBy(),
                open.pending(),
                open.dependencies());
    }

    static Open withoutTimeout(Open open) {
        return new Open(
                open.input(),
                open.terms(),
                open.due(),
                open.leaseEnds(),
                open.worker(),
                open.again(),
                open.repeats(),
                null,
                open.pending(),
                open.dependencies());
    }

    static Open withoutRepeat(Open open) {
        return new Open(
                open.input(),
                open.terms(),
                open.due(),
                open.leaseEnds(),
                open.worker(),
                null,
                open.repeats(),
                open.endsBy(),
                open.pending(),
                open.dependencies());
    }

    static Open withoutDeadline(Open open) {
        var terms = open.terms();
        return new Open(
                open.input(),
                new Terms(
                        terms.priority(),
                        terms.notBefore(),
                        null,
                        terms.retries(),
                        terms.parent(),
                        terms.onFailedDependency(),
                        terms.rerunOf(),
                        terms.timeout()),
                open.due(),
                open.leaseEnds(),
                open.worker(),
                open.again(),
                open.repeats(),
                open.endsBy(),
                open.pending(),
                open.dependencies());
    }
}
