package dev.millrace.gateway.submit;

import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.contract.OperationHandler;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Whether anything may be written just now, which the room on the site's disk decides.
@FunctionalInterface
public interface WriteGate {

    /// Always open.
    WriteGate OPEN = () -> null;

    /// Why nothing may be written, and the way out, for people; null if it may. Does not block.
    @Nullable String closed();

    /// An operation that writes: while the gate is closed it is refused before it begins.
    default OperationHandler guard(OperationHandler write) {
        return guard(
                write,
                (_, refusal) -> {
                    throw refusal;
                });
    }

    /// The same, where something else is done with what is refused.
    default OperationHandler guard(OperationHandler write, Otherwise otherwise) {
        return call -> {
            try {
                requireOpen();
            } catch (ProblemException refusal) {
                return otherwise.answer(call, refusal);
            }
            return write.handle(call);
        };
    }

    /// Refuses whatever would write now.
    ///
    /// @throws ProblemException if the gate is closed
    default void requireOpen() {
        var why = closed();
        if (why != null) {
            throw new ProblemException(
                    Problem.retryAfter(
                            ProblemKind.STORAGE_FULL,
                            why + "; nothing was written, and sending it again is safe",
                            RETRY_SECONDS));
        }
    }

    /// Answers what is refused: with the refusal, or with something better that writes nothing.
    @FunctionalInterface
    interface Otherwise {
        CompletionStage<Answer> answer(Call call, ProblemException refusal) throws Exception;
    }

    /// When to ask again, in seconds: room is made by people or by retention, neither of them fast.
    int RETRY_SECONDS = 10;
}
