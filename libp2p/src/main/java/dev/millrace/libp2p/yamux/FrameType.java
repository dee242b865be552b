package dev.millrace.libp2p.yamux;

/// What a frame is for.
public enum FrameType {
    /// Bytes of a stream, which follow the header.
    DATA(0),

    /// More bytes may be sent to the sender of this.
    WINDOW_UPDATE(1),

    /// Measures the way there and back, and keeps it open.
    PING(2),

    /// No new streams, and soon the end.
    GO_AWAY(3);

    private final int code;

    FrameType(int code) {
        this.code = code;
    }

    /// What stands for it in a header.
    public int code() {
        return code;
    }

    /// Whether it is about one stream, not about the connection.
    public boolean isOfStream() {
        return this == DATA || this == WINDOW_UPDATE;
    }
}
