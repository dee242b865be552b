package dev.millrace.streams.views.tally;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/// How tallies are kept: a letter for their sort, then numbers of 8 bytes, then texts behind their
/// length. Not as JSON, since a few of them are read and written again with almost every record.
public final class TallySerde {

    private static final int MOST_NUMBERS = 9;

    private TallySerde() {}

    public static Serde<Tally> serde() {
        return Serdes.serdeFrom(
                (_, tally) -> tally == null ? null : write(tally),
                (_, bytes) -> bytes == null ? null : read(bytes));
    }

    private static byte[] write(Tally tally) {
        return switch (tally) {
            case Used used ->
                    bytes(
                            'u',
                            null,
                            used.submitted(),
                            used.attempts(),
                            used.succeeded(),
                            used.failed(),
                            used.cancelled(),
                            used.expired(),
                            used.micros());
            case Worked worked ->
                    bytes(
                            'w',
                            worked.lapse(),
                            worked.started(),
                            worked.succeeded(),
                            worked.failed(),
                            worked.lost(),
                            worked.undone(),
                            worked.running(),
                            micros(worked.first()),
                            micros(worked.last()));
            case Embedded embedded ->
                    bytes(
                            'e',
                            null,
                            embedded.dimensions(),
                            embedded.chunks(),
                            micros(embedded.first()),
                            micros(embedded.last()));
        };
    }

    private static byte[] bytes(char sort, @Nullable Lapse lapse, long... numbers) {
        var code = lapse == null ? null : lapse.code().getBytes(UTF_8);
        var detail = lapse == null ? null : lapse.detail().getBytes(UTF_8);
        int texts =
                code == null || detail == null
                        ? 0
                        : Long.BYTES + 2 * Integer.BYTES + code.length + detail.length;
        var out = ByteBuffer.allocate(1 + Long.BYTES * MOST_NUMBERS + texts);
        out.put((byte) sort);
        for (long number : numbers) {
            out.putLong(number);
        }
        if (lapse != null && code != null && detail != null) {
            out.putLong(micros(lapse.time()));
            out.putInt(code.length).put(code);
            out.putInt(detail.length).put(detail);
        }
        var bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    private static Tally read(byte[] bytes) {
        var in = ByteBuffer.wrap(bytes);
        try {
            return switch (in.get()) {
                case 'u' ->
                        new Used(
                                in.getLong(),
                                in.getLong(),
                                in.getLong(),
                                in.getLong(),
                                in.getLong(),
                                in.getLong(),
                                in.getLong());
                case 'w' ->
                        new Worked(
                                in.getLong(),
                                in.getLong(),
                                in.getLong(),
                                in.getLong(),
                                in.getLong(),
                                in.getLong(),
                                time(in),
                                time(in),
                                in.hasRemaining() ? lapse(in) : null);
                case 'e' ->
                        new Embedded(
                                Math.toIntExact(in.getLong()), in.getLong(), time(in), time(in));
                default -> throw new SerializationException("no tally");
            };
        } catch (BufferUnderflowException notOurs) {
            throw new SerializationException("no tally", notOurs);
        }
    }

    private static Lapse lapse(ByteBuffer in) {
        var time = time(in);
        return new Lapse(text(in), text(in), time);
    }

    private static String text(ByteBuffer in) {
        var bytes = new byte[in.getInt()];
        in.get(bytes);
        return new String(bytes, UTF_8);
    }

    private static Instant time(ByteBuffer in) {
        return Instant.EPOCH.plus(in.getLong(), ChronoUnit.MICROS);
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }
}
