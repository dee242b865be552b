package dev.millrace.libp2p.protobuf;

import dev.millrace.libp2p.multiformats.ByteWriter;
import dev.millrace.libp2p.multiformats.Bytes;

/// Writes a Protocol Buffers message so that the same content always has the same bytes: fields in
/// ascending order, shortest varints, no default of an optional field.
///
/// The order is the caller's and is held to: a field below the one before is an
/// `IllegalStateException`. Confined to one thread.
public final class MessageWriter {

    private final ByteWriter writer = new ByteWriter();
    private int last;

    /// A number that is written even if it is 0.
    public MessageWriter requiredVarint(int field, long value) {
        tag(field, MessageReader.VARINT);
        writer.uvarint(value);
        return this;
    }

    /// A number of 64 bits without a sign, unless it is 0.
    public MessageWriter varint(int field, long value) {
        return value == 0 ? this : requiredVarint(field, value);
    }

    /// Bytes, or a message within this one, written even if there are none. For a repeated field it
    /// is called once for each.
    public MessageWriter requiredBytes(int field, Bytes value) {
        tag(field, MessageReader.PREFIXED);
        writer.prefixed(value);
        return this;
    }

    /// Bytes, unless there are none.
    public MessageWriter bytes(int field, Bytes value) {
        return value.isEmpty() ? this : requiredBytes(field, value);
    }

    public Bytes toBytes() {
        return writer.toBytes();
    }

    private void tag(int field, int wire) {
        if (field < last) {
            throw new IllegalStateException("field " + field + " after field " + last);
        }
        last = field;
        writer.uvarint(MessageReader.tag(field, wire));
    }
}
