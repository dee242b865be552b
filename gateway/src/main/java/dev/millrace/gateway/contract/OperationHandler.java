package dev.millrace.gateway.contract;

import java.util.concurrent.CompletionStage;

/// Answers one operation of the contract.
@FunctionalInterface
public interface OperationHandler {

    /// Called on a virtual thread, so it may block. What it throws, or what its stage fails with,
    /// becomes the problem that the caller sees.
    CompletionStage<Answer> handle(Call call) throws Exception;
}
