package dev.millrace.gateway.live;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/// Server-Sent Events, as the HTML standard has them.
final class SseOutlet implements Outlet {

    private static final byte[] ID = "id: ".getBytes(US_ASCII);
    private static final Buffer KEEP_ALIVE = Buffer.buffer(": keep-alive\n\n");

    private final Sink sink;
    private Buffer held = Buffer.buffer();
    private Buffer waiting = Buffer.buffer();
    private int gone; // of what waits, handed on already
    private long taken;

    SseOutlet(Sink sink) {
        this.sink = sink;
    }

    @Override
    public void open(int retryMillis, String id) {
        held.appendString("retry: " + retryMillis + "\nid: " + id + "\n\n");
    }

    @Override
    public void event(byte[] id, Frame frame) {
        held.appendBytes(ID).appendBytes(id).appendByte((byte) '\n').appendBytes(frame.lines());
    }

    @Override
    public void progress(String id) {
        held.appendString("id: " + id + "\n\n");
    }

    @Override
    public void last(@Nullable String id, Frame frame, Ending ending) {
        held.appendString(id == null ? "" : "id: " + id + "\n").appendBytes(frame.lines());
        end(ending);
    }

    @Override
    public void keepAlive() {
        held.appendBuffer(KEEP_ALIVE);
    }

    @Override
    public int held() {
        return held.length();
    }

    @Override
    public void flush() {
        if (held.length() == 0) {
            return;
        }
        if (isWaiting()) {
            waiting.appendBuffer(held);
        } else {
            waiting = held;
            gone = 0;
        }
        held = Buffer.buffer();
        handOn();
    }

    private boolean isWaiting() {
        return gone < waiting.length();
    }

    private void handOn() {
        while (isWaiting() && !sink.isFull()) {
            int end = Math.min(waiting.length(), gone + PIECE_BYTES);
            sink.write(waiting.slice(gone, end));
            taken += end - gone;
            gone = end;
        }
        if (!isWaiting()) {
            waiting = Buffer.buffer();
            gone = 0;
        }
    }

    @Override
    public boolean isFull() {
        return isWaiting() || sink.isFull();
    }

    @Override
    public long taken() {
        return taken;
    }

    @Override
    public void onceDrained(Runnable action) {
        sink.onceDrained(() -> {
            handOn();
            if (isFull()) {
                onceDrained(action);
            } else {
                action.run();
            }
        });
    }

    @Override
    public void end(Ending ending) {
        flush();
        if (isWaiting()) { // a stream that is dropped does not wait any more
            sink.write(waiting.slice(gone, waiting.length()));
            waiting = Buffer.buffer();
            gone = 0;
        }
        sink.end();
    }
}
