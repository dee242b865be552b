package dev.millrace.gateway.contract;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import java.util.concurrent.CompletionStage;

/// Writes the body of an answer bit by bit, and ends it: as a response, or if the caller asked for
/// one, into a WebSocket.
public interface BodyStream {

    /// Called once, on the event loop of the connection, with the head ready to be sent.
    ///
    /// @param over completes when the answer has ended or the caller is gone; the handlers of
    ///   `response` for that are taken
    void start(HttpServerResponse response, CompletionStage<Void> over);

    /// The same for a socket that is open.
    ///
    /// @param over completes when the socket is closed; its handlers of that and of what comes in
    ///   are taken
    void start(ServerWebSocket socket, CompletionStage<Void> over);
}
