package dev.millrace.gateway.contract;

import java.util.concurrent.CompletionStage;

/// Answers one operation of the contract.
@FunctionalInterface
public interface OperationHandler {

    /// Called on a virtual thread, so it may block, unless the call [#isQuick]. What it throws, or
    /// what its stage fails with, becomes the problem that the caller sees.
    ///
    /// @return is cancelled when the caller goes away before it has completed
    CompletionStage<Answer> handle(Call call) throws Exception;

    /// Whether a call is no more than handed on to others, who answer later: then it is handled on
    /// the event loop, and two changes of threads are saved.
    default boolean isQuick(Call call) {
        return false;
    }
}
