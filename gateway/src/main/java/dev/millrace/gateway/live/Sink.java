package dev.millrace.gateway.live;

import io.vertx.core.buffer.Buffer;

/// Where a stream goes. Used on the stream's thread alone.
interface Sink {

    void write(Buffer bytes);

    /// Whether so much waits to be sent that no more should be written.
    boolean isFull();

    /// Calls back once, when it is not full any more.
    void onceDrained(Runnable action);

    /// Sends what waits, and ends.
    void end();
}
