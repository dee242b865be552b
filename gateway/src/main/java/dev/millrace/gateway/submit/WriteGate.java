package dev.millrace.gateway.submit;

import dev.millrace.gateway.contract.OperationHandler;
import dev.millrace.gateway.problem.Problem;
import dev.millrace.gateway.problem.ProblemException;
import dev.millrace.gateway.problem.ProblemKind;
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
        return call -> {
            requireOpen();
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

    /// When to ask again, in seconds: room is made by people or by retention, neither of them fast.
    int RETRY_SECONDS = 10;
}
