package dev.millrace.libp2p.yamux;

import dev.millrace.libp2p.multiformats.ByteReader;
import dev.millrace.libp2p.multiformats.ByteWriter;
import dev.millrace.libp2p.multiformats.Bytes;
import dev.millrace.libp2p.multiformats.MalformedInput;

/// The twelve bytes before each frame
/// ([yamux](https://github.com/libp2p/specs/blob/master/yamux/README.md)): version, type, flags,
/// stream, length, each with its highest byte first.
///
/// What no frame can be is refused here: other versions, types and flags; a stream where there is
/// none or none where there is one; data beyond the largest window. Whether the frame is right for
/// its stream, and within its window, only the connection can tell.
///
/// @param type what the frame is for
/// @param flags some of [#SYN], [#ACK], [#FIN] and [#RST]; of a ping either of the first two, of a
///   go-away none
/// @param stream 1..2^32-1, odd if the dialler opened it; 0 if the frame is not about one
/// @param length how many bytes of data follow, 0..[#MAX_DATA_BYTES]; or 0..2^32-1 as credit in
///   bytes, as the value of a ping, or as the reason of a go-away
public record FrameHeader(FrameType type, int flags, long stream, long length) {

    /// How many bytes a header has.
    public static final int BYTES = 12;

    /// The first frame of a stream; the question of a ping.
    public static final int SYN = 1;

    /// The first frame back; the answer to a ping.
    public static final int ACK = 2;

    /// The sender will send no more.
    public static final int FIN = 4;

    /// The stream ends at once, both ways.
    public static final int RST = 8;

    /// The most data in one frame: no window grows beyond 16 MiB.
    public static final int MAX_DATA_BYTES = 16 << 20;

    /// The reasons to go away.
    public static final long NORMAL = 0;

    public static final long PROTOCOL_ERROR = 1;
    public static final long INTERNAL_ERROR = 2;

    private static final String SUBJECT = "yamux";
    private static final int VERSION = 0;
    private static final int ALL_FLAGS = SYN | ACK | FIN | RST;
    private static final long MAX_U32 = 0xFFFF_FFFFL;

    /// @throws MalformedInput if no frame can have it
    public FrameHeader {
        if (stream < 0 || stream > MAX_U32 || type.isOfStream() == (stream == 0)) {
            throw MalformedInput.of(
                    SUBJECT,
                    "%s of stream %d (expected: %s)"
                            .formatted(type, stream, type.isOfStream() ? "1..2^32-1" : "0"));
        }
        boolean isFlagged =
                switch (type) {
                    case DATA, WINDOW_UPDATE -> (flags & ~ALL_FLAGS) == 0;
                    case PING -> flags == SYN || flags == ACK;
                    case GO_AWAY -> flags == 0;
                };
        if (!isFlagged) {
            throw MalformedInput.of(SUBJECT, "%s with flags 0x%x".formatted(type, flags));
        }
        long most = type == FrameType.DATA ? MAX_DATA_BYTES : MAX_U32;
        if (length < 0 || length > most) {
            throw MalformedInput.of(
                    SUBJECT, "%s of length %d (expected: 0..%d)".formatted(type, length, most));
        }
    }

    /// The header of bytes for a stream.
    public static FrameHeader data(int flags, long stream, int bytes) {
        return new FrameHeader(FrameType.DATA, flags, stream, bytes);
    }

    /// Credit for a stream, or none but flags.
    public static FrameHeader windowUpdate(int flags, long stream, long credit) {
        return new FrameHeader(FrameType.WINDOW_UPDATE, flags, stream, credit);
    }

    /// A question, which is answered with the same value.
    public static FrameHeader ping(long value) {
        return new FrameHeader(FrameType.PING, SYN, 0, value);
    }

    /// The answer to a question.
    public static FrameHeader pong(long value) {
        return new FrameHeader(FrameType.PING, ACK, 0, value);
    }

    /// The end, and why.
    public static FrameHeader goAway(long reason) {
        return new FrameHeader(FrameType.GO_AWAY, 0, 0, reason);
    }

    /// Reads a header.
    ///
    /// @param encoded [#BYTES] of them
    /// @throws MalformedInput if it is anything but what [#encode] writes
    public static FrameHeader decode(Bytes encoded) {
        var reader = new ByteReader(SUBJECT, encoded);
        int version = reader.u8();
        if (version != VERSION) {
            throw reader.refusedAt(0, "version %d (expected: 0)".formatted(version));
        }
        int code = reader.u8();
        for (var type : FrameType.values()) {
            if (type.code() == code) {
                int flags = reader.u16();
                long stream = u32(reader);
                long length = u32(reader);
                reader.end();
                return new FrameHeader(type, flags, stream, length);
            }
        }
        throw reader.refusedAt(1, "type %d (expected: 0..3)".formatted(code));
    }

    public Bytes encode() {
        return new ByteWriter()
                .u8(VERSION)
                .u8(type.code())
                .u16(flags)
                .u16((int) (stream >>> Short.SIZE))
                .u16((int) stream)
                .u16((int) (length >>> Short.SIZE))
                .u16((int) length)
                .toBytes();
    }

    /// Whether it has all of some flags.
    public boolean has(int some) {
        return (flags & some) == some;
    }

    /// How many bytes follow the header.
    public int dataBytes() {
        return type == FrameType.DATA ? (int) length : 0;
    }

    private static long u32(ByteReader reader) {
        return (long) reader.u16() << Short.SIZE | reader.u16();
    }
}
