package dev.millrace.gateway.views;

import dev.millrace.gateway.contract.Answer;
import dev.millrace.gateway.contract.Call;
import dev.millrace.gateway.contract.OperationHandler;
import java.util.concurrent.CompletionStage;

/// Answers by what views say now, which they say on threads of their own: quick, unless a list is
/// asked for as of the past, for which a replay may begin, or as a stream.
///
/// @param handler passes the question on
public record ReadOnly(OperationHandler handler) implements OperationHandler {

    @Override
    public CompletionStage<Answer> handle(Call call) throws Exception {
        return handler.handle(call);
    }

    @Override
    public boolean isQuick(Call call) {
        return call.text("as_of") == null && !call.wantsEvents();
    }
}
