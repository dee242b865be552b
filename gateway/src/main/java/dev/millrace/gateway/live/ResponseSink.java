package dev.millrace.gateway.live;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/// A response that is written on and on, on the event loop of its connection.
final class ResponseSink implements Sink {

    private final HttpServerResponse response;

    /// @param queueBytes full when so much waits for the socket
    ResponseSink(HttpServerResponse response, int queueBytes) {
        this.response = response;
        response.setWriteQueueMaxSize(queueBytes);
    }

    @Override
    public void write(Buffer bytes) {
        if (!response.ended() && !response.closed()) {
            var _ = response.write(bytes);
        }
    }

    @Override
    public boolean isFull() {
        return response.writeQueueFull();
    }

    @Override
    public void onceDrained(Runnable action) {
        response.drainHandler(_ -> {
            response.drainHandler(null);
            action.run();
        });
    }

    @Override
    public void end() {
        if (!response.ended() && !response.closed()) {
            var _ = response.end();
        }
    }
}
