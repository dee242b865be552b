package dev.millrace.gateway.contract;

import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.CompletionStage;

/// Writes the body of an answer bit by bit, and ends it.
@FunctionalInterface
public interface BodyStream {

    /// Called once, on the event loop of the connection, with the head ready to be sent. What it
    /// throws becomes the answer instead, as long as nothing is sent.
    ///
    /// @param over completes when the answer has ended or the caller is gone; the handlers of
    ///   `response` for that are taken
    void start(HttpServerResponse response, CompletionStage<Void> over);
}
