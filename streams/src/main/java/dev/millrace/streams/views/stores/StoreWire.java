package dev.millrace.streams.views.stores;

import dev.millrace.domain.view.Position;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.streams.KeyValue;
import org.jspecify.annotations.Nullable;

/// How questions for stores and their answers look on the wire: numbers are big-endian, bytes and
/// texts follow their length, -1 for none.
///
/// What is read fails with `IllegalArgumentException` if it is something else.
final class StoreWire {

    /// Some keys of one partition of a store.
    ///
    /// @param copy which standby copy is to answer, [Standbys.Copy#id]; null for the owner
    record Get(String store, int partition, List<String> keys, @Nullable String copy) {
        Get {
            keys = List.copyOf(keys);
        }
    }

    /// A range of keys of one partition of a store.
    ///
    /// @param from the lowest key; null for the first there is
    /// @param to the highest key; null for the last there is
    /// @param after the last key that was answered before; null for the first page
    /// @param descending whether the highest key comes first
    /// @param copy which standby copy is to answer, [Standbys.Copy#id]; null for the owner
    record Range(
            String store,
            int partition,
            @Nullable String from,
            @Nullable String to,
            @Nullable String after,
            boolean descending,
            @Nullable String copy) {}

    /// What the standby copy of a fold is known to hold.
    ///
    /// @param applied the fold's store of applied offsets
    record Held(String applied, int partition) {}

    /// What the first of the keys hold, null for those that hold nothing. The other keys are to be
    /// asked for again.
    record Values(List<byte @Nullable []> values) {}

    /// @param more whether the range goes on
    record Entries(List<KeyValue<String, byte[]>> entries, boolean more) {}

    private StoreWire() {}

    static byte[] write(Get get) {
        var out = new Writer();
        out.text(get.store);
        out.number(get.partition);
        out.number(get.keys.size());
        get.keys.forEach(out::text);
        out.last(get.copy);
        return out.bytes();
    }

    static Get readGet(byte[] bytes) {
        return read(
                bytes,
                in -> new Get(in.text(), in.number(), in.list(Reader::text), in.lastOrNull()));
    }

    static byte[] write(Range range) {
        var out = new Writer();
        out.text(range.store);
        out.number(range.partition);
        out.text(range.from);
        out.text(range.to);
        out.text(range.after);
        out.flag(range.descending);
        out.last(range.copy);
        return out.bytes();
    }

    static Range readRange(byte[] bytes) {
        return read(
                bytes,
                in ->
                        new Range(
                                in.text(),
                                in.number(),
                                in.textOrNull(),
                                in.textOrNull(),
                                in.textOrNull(),
                                in.flag(),
                                in.lastOrNull()));
    }

    static byte[] write(Held held) {
        var out = new Writer();
        out.text(held.applied);
        out.number(held.partition);
        return out.bytes();
    }

    static Held readHeld(byte[] bytes) {
        return read(bytes, in -> new Held(in.text(), in.number()));
    }

    static byte[] write(Standbys.Copy copy) {
        var out = new Writer();
        out.text(copy.id());
        out.text(copy.position().toString());
        return out.bytes();
    }

    static Standbys.Copy readCopy(byte[] bytes) {
        return read(bytes, in -> new Standbys.Copy(in.text(), Position.parse(in.text())));
    }

    static byte[] write(Values values) {
        var out = new Writer();
        out.number(values.values.size());
        values.values.forEach(out::value);
        return out.bytes();
    }

    static Values readValues(byte[] bytes) {
        return read(bytes, in -> new Values(in.list(Reader::valueOrNull)));
    }

    static byte[] write(Entries entries) {
        var out = new Writer();
        out.flag(entries.more);
        out.number(entries.entries.size());
        for (var entry : entries.entries) {
            out.text(entry.key);
            out.value(entry.value);
        }
        return out.bytes();
    }

    static Entries readEntries(byte[] bytes) {
        return read(
                bytes,
                in -> {
                    boolean more = in.flag();
                    return new Entries(
                            in.list(entry -> KeyValue.pair(entry.text(), entry.value())), more);
                });
    }

    private static <T> T read(byte[] bytes, Function<Reader, T> reading) {
        var in = ByteBuffer.wrap(bytes);
        try {
            var read = reading.apply(new Reader(in));
            if (in.hasRemaining()) {
                throw malformed();
            }
            return read;
        } catch (BufferUnderflowException cut) {
            throw malformed();
        }
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException("body: not a question or answer about stores");
    }

    private static final class Writer {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        void number(int number) {
            out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
        }

        void flag(boolean flag) {
            out.write(flag ? 1 : 0);
        }

        void text(@Nullable String text) {
            value(text == null ? null : text.getBytes(StandardCharsets.UTF_8));
        }

        void value(byte @Nullable [] value) {
            if (value == null) {
                number(-1);
                return;
            }
            number(value.length);
            out.writeBytes(value);
        }

        /* What an older version does not know comes last, and is left out where it can be. */
        void last(@Nullable String text) {
            if (text != null) {
                text(text);
            }
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }

    private record Reader(ByteBuffer in) {
        int number() {
            return in.getInt();
        }

        boolean flag() {
            return in.get() != 0;
        }

        byte @Nullable [] valueOrNull() {
            int length = number();
            if (length == -1) {
                return null;
            }
            if (length < 0 || length > in.remaining()) {
                throw malformed();
            }
            var value = new byte[length];
            in.get(value);
            return value;
        }

        byte[] value() {
            var value = valueOrNull();
            if (value == null) {
                throw malformed();
            }
            return value;
        }

        @Nullable String textOrNull() {
            var value = valueOrNull();
            return value == null ? null : new String(value, StandardCharsets.UTF_8);
        }

        @Nullable String lastOrNull() {
            return in.hasRemaining() ? textOrNull() : null;
        }

        String text() {
            return new String(value(), StandardCharsets.UTF_8);
        }

        /* A length says nothing yet: the list grows only with what is there. */
        <T extends @Nullable Object> List<T> list(Function<Reader, T> element) {
            var list = new ArrayList<T>();
            for (int left = number(); left > 0; left--) {
                list.add(element.apply(this));
            }
            return list;
        }
    }
}
