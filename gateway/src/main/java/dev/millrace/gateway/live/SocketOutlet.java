package dev.millrace.gateway.live;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// A WebSocket (RFC 6455): a text message for each event, which is a JSON object of its `id`, its
/// `event` and its `data`; an id alone is a message with an `id` and nothing else.
///
/// Silence is broken by a ping, and a client that leaves [#MOST_UNANSWERED] of them unanswered is
/// gone. What a client says is not read.
final class SocketOutlet implements Outlet {

    /// Pings without a pong.
    static final int MOST_UNANSWERED = 2;

    /* RFC 6455 §7.4.1, and 1013 of its registry. */
    private static final short GOING_AWAY = 1001;
    private static final short NORMAL = 1000;
    private static final short INTERNAL = 1011;
    private static final short TRY_AGAIN_LATER = 1013;

    private final ServerWebSocket socket;
    private final Deque<WebSocketFrame> waiting = new ArrayDeque<>();
    private @Nullable Runnable whenDrained;
    private int held;
    private long taken;
    private int unanswered;
    private boolean isEnded;

    /// @param queueBytes full when so much waits for the socket
    SocketOutlet(ServerWebSocket socket, int queueBytes) {
        this.socket = socket;
        socket.setWriteQueueMaxSize(queueBytes);
        socket.pongHandler(_ -> unanswered = 0);
    }

    @Override
    public void open(int retryMillis, String id) {
        add("{\"id\":\"" + id + "\",\"retry\":" + retryMillis + "}");
    }

    @Override
    public void event(byte[] id, Frame frame) {
        add(new String(id, US_ASCII), frame);
    }

    private void add(String id, Frame frame) {
        add("{\"id\":\"" + id + "\"," + frame.members());
    }

    @Override
    public void progress(String id) {
        add("{\"id\":\"" + id + "\"}");
    }

    @Override
    public void last(@Nullable String id, Frame frame, Ending ending) {
        if (id == null) {
            add("{" + frame.members());
        } else {
            add(id, frame);
        }
        end(ending);
    }

    /// A large message is cut into frames, so that it can leave as it is taken.
    private void add(String text) {
        held += text.length();
        if (text.length() <= PIECE_BYTES) {
            waiting.add(WebSocketFrame.textFrame(text, true));
            return;
        }
        int end = cut(text, 0);
        waiting.add(WebSocketFrame.textFrame(text.substring(0, end), false));
        while (end < text.length()) {
            int next = cut(text, end);
            waiting.add(
                    WebSocketFrame.continuationFrame(
                            Buffer.buffer(text.substring(end, next).getBytes(UTF_8)),
                            next == text.length()));
            end = next;
        }
    }

    private static int cut(String text, int from) {
        int end = Math.min(text.length(), from + PIECE_BYTES);
        return end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))
                ? end - 1
                : end;
    }

    @Override
    public void keepAlive() {
        if (socket.isClosed()) {
            return;
        }
        if (unanswered >= MOST_UNANSWERED) {
            end(Ending.DROPPED);
            return;
        }
        unanswered++;
        var _ = socket.writePing(Buffer.buffer());
    }

    @Override
    public int held() {
        return held;
    }

    @Override
    public void flush() {
        held = 0;
        if (socket.isClosed()) {
            waiting.clear();
        }
        handOn();
    }

    private void handOn() {
        while (!waiting.isEmpty() && !socket.isClosed() && !socket.writeQueueFull()) {
            write(waiting.remove());
        }
    }

    private void write(WebSocketFrame frame) {
        taken++;
        var _ = socket.writeFrame(frame);
    }

    @Override
    public boolean isFull() {
        return !socket.isClosed() && (!waiting.isEmpty() || socket.writeQueueFull());
    }

    @Override
    public long taken() {
        return taken;
    }

    @Override
    public void onceDrained(Runnable action) {
        if (socket.isClosed()) {
            return; // the stream hears of that by itself
        }
        whenDrained = action;
        socket.drainHandler(_ -> drained());
    }

    private void drained() {
        handOn();
        var action = whenDrained;
        if (action != null && !isFull()) {
            whenDrained = null;
            action.run();
        }
    }

    @Override
    public void end(Ending ending) {
        if (isEnded || socket.isClosed()) {
            return;
        }
        isEnded = true;
        waiting.forEach(this::write);
        waiting.clear();
        var _ =
                switch (ending) {
                    case CLOSING -> socket.close(GOING_AWAY, "the gateway closes");
                    case DROPPED -> socket.close(TRY_AGAIN_LATER, "too slow");
                    case GONE -> socket.close(NORMAL, "gone");
                    case BROKEN -> socket.close(INTERNAL, "broken");
                };
    }
}
