package dev.millrace.gateway.contract;

import io.vertx.core.http.ServerWebSocket;
import java.util.concurrent.CompletionStage;

/// A stream that goes into a WebSocket instead if the caller asks for one.
public interface SocketStream extends BodyStream {

    /// Called once, on the event loop of the connection, with the socket open.
    ///
    /// @param over completes when the socket is closed; its handlers of that and of what comes in
    ///   are taken
    void start(ServerWebSocket socket, CompletionStage<Void> over);
}
