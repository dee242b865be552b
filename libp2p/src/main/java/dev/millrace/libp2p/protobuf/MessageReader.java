package dev.millrace.libp2p.protobuf;

import dev.millrace.libp2p.multiformats.ByteReader;
import dev.millrace.libp2p.multiformats.Bytes;
import dev.millrace.libp2p.multiformats.MalformedInput;
import java.util.ArrayList;
import java.util.List;

/// Reads a Protocol Buffers message that is in the one form that [MessageWriter] writes.
///
/// Fields are asked for in ascending order; what is out of order, unknown, repeated where it may
/// not be, or there although it has its default, is a [MalformedInput] at its byte. So a message
/// that was read encodes to the same bytes, as it must where bytes are hashed or signed. Messages
/// that nobody signs may come in other forms, and are not read with this.
///
/// Confined to one thread.
public final class MessageReader {

    static final int VARINT = 0;
    static final int PREFIXED = 2;
    static final int WIRE_BITS = 3;

    private static final long NONE = -1;

    private final ByteReader reader;

    /// The field that comes next, and where it begins; [#NONE] if it has not been looked at.
    private long tag = NONE;

    private int tagAt;

    /// @param subject what is read, for messages
    public MessageReader(String subject, Bytes message) {
        this(new ByteReader(subject, message));
    }

    /// Reads all that is left.
    public MessageReader(ByteReader reader) {
        this.reader = reader;
    }

    /// A number that is always written, its default too.
    public long requiredVarint(int field) {
        require(field, VARINT);
        return reader.uvarint64();
    }

    /// A number of 64 bits without a sign; 0 if it is not there.
    public long varint(int field) {
        if (!take(field, VARINT)) {
            return 0;
        }
        int start = reader.position();
        long value = reader.uvarint64();
        if (value == 0) {
            throw reader.refusedAt(start, "field %d: its default, written".formatted(field));
        }
        return value;
    }

    /// Bytes that are always written, even if there are none.
    ///
    /// @param most allowed
    public Bytes requiredBytes(int field, int most) {
        require(field, PREFIXED);
        return reader.prefixed(most);
    }

    /// Bytes; none if they are not there.
    ///
    /// @param most allowed
    public Bytes bytes(int field, int most) {
        if (!take(field, PREFIXED)) {
            return Bytes.EMPTY;
        }
        int start = reader.position();
        var value = reader.prefixed(most);
        if (value.isEmpty()) {
            throw reader.refusedAt(start, "field %d: its default, written".formatted(field));
        }
        return value;
    }

    /// A message within this one that is always there.
    ///
    /// @param most bytes allowed
    public MessageReader requiredMessage(int field, int most) {
        require(field, PREFIXED);
        return new MessageReader(reader.slice(reader.length(most)));
    }

    /// The messages within this one that stand in a repeated field.
    ///
    /// @param mostMessages allowed
    /// @param most bytes allowed in each
    public List<MessageReader> messages(int field, int mostMessages, int most) {
        var messages = new ArrayList<MessageReader>();
        while (take(field, PREFIXED)) {
            if (messages.size() == mostMessages) {
                throw reader.refusedAt(
                        tagAt,
                        "field %d: more than %d (expected: 0..%2$d)"
                                .formatted(field, mostMessages));
            }
            messages.add(new MessageReader(reader.slice(reader.length(most))));
        }
        return List.copyOf(messages);
    }

    /// Requires that nothing follows.
    public void end() {
        if (peek()) {
            throw unexpected();
        }
    }

    private void require(int field, int wire) {
        if (!take(field, wire)) {
            throw peek()
                    ? unexpected()
                    : reader.refused("the end (expected: field %d)".formatted(field));
        }
    }

    private boolean take(int field, int wire) {
        boolean isNext = peek() && tag == tag(field, wire);
        if (isNext) {
            tag = NONE;
        }
        return isNext;
    }

    private boolean peek() {
        if (tag == NONE && reader.hasRemaining()) {
            tagAt = reader.position();
            tag = reader.uvarint();
        }
        return tag != NONE;
    }

    private MalformedInput unexpected() {
        return reader.refusedAt(
                tagAt,
                "field %d of wire type %d, which is unknown or out of order here"
                        .formatted(tag >>> WIRE_BITS, tag & (1 << WIRE_BITS) - 1));
    }

    static long tag(int field, int wire) {
        return (long) field << WIRE_BITS | wire;
    }
}
