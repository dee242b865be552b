package dev.millrace.gateway.live;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.domain.log.LogPartition;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// A place in a stream, as the id of an event: for each partition that the stream reads, the offset
/// to read next. So any gateway can go on from it, and none has to remember anything.
///
/// Opaque outside: base64url of a version, and for each topic its name, how many partitions follow,
/// and of each by how much its number is beyond the next one, and the offset; all numbers with
/// seven bits a byte, the lowest first.
final class EventId {

    /// The most characters of an id.
    static final int MAX_LENGTH = 16_384;

    private static final int VERSION = 1;
    private static final String PREFIX = "millrace.";
    private static final int MAX_NAME = 249;
    private static final int MAX_PARTITION = 1_000_000;
    private static final Base64.Encoder TO_TEXT = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder FROM_TEXT = Base64.getUrlDecoder();

    private EventId() {}

    /// @param partitions sorted, none twice
    /// @param next the offset to read next of each
    static String of(List<LogPartition> partitions, long[] next) {
        var bytes = new ByteArrayOutputStream(8 * partitions.size());
        bytes.write(VERSION);
        for (int from = 0; from < partitions.size(); ) {
            var topic = partitions.get(from).topic();
            int to = from;
            while (to < partitions.size() && partitions.get(to).topic().equals(topic)) {
                to++;
            }
            writeName(bytes, topic);
            writeNumber(bytes, to - from);
            int expected = 0;
            for (; from < to; from++) {
                int partition = partitions.get(from).partition();
                writeNumber(bytes, partition - expected);
                writeNumber(bytes, next[from]);
                expected = partition + 1;
            }
        }
        return TO_TEXT.encodeToString(bytes.toByteArray());
    }

    /// Reads what [#of] writes.
    ///
    /// @throws IllegalArgumentException if `text` is something else
    static SortedMap<LogPartition, Long> parse(String text) {
        try {
            var next = new TreeMap<LogPartition, Long>();
            if (text.length() > MAX_LENGTH) {
                throw malformed();
            }
            var bytes = ByteBuffer.wrap(FROM_TEXT.decode(text));
            if (bytes.get() != VERSION) {
                throw malformed();
            }
            while (bytes.hasRemaining()) {
                readTopic(bytes, next);
            }
            return next;
        } catch (IllegalArgumentException | BufferUnderflowException notOurs) {
            throw malformed();
        }
    }

    private static void readTopic(ByteBuffer bytes, SortedMap<LogPartition, Long> next) {
        var topic = readName(bytes);
        long count = readNumber(bytes);
        long expected = 0;
        for (; count > 0; count--) {
            long partition = expected + readNumber(bytes);
            long offset = readNumber(bytes);
            if (partition < 0
                    || partition > MAX_PARTITION
                    || offset < 0
                    || offset == Long.MAX_VALUE
                    || next.put(new LogPartition(topic, (int) partition), offset) != null) {
                throw malformed();
            }
            expected = partition + 1;
        }
    }

    private static void writeName(ByteArrayOutputStream bytes, String topic) {
        boolean isOurs = topic.startsWith(PREFIX);
        var name = (isOurs ? topic.substring(PREFIX.length()) : topic).getBytes(US_ASCII);
        writeNumber(bytes, 2L * name.length + (isOurs ? 1 : 0));
        bytes.writeBytes(name);
    }

    private static String readName(ByteBuffer bytes) {
        long head = readNumber(bytes);
        long length = head >>> 1;
        if (length < 1 || length > MAX_NAME) {
            throw malformed();
        }
        var name = new byte[(int) length];
        bytes.get(name);
        for (byte letter : name) {
            if (letter <= ' ') {
                throw malformed();
            }
        }
        return ((head & 1) == 1 ? PREFIX : "") + new String(name, US_ASCII);
    }

    private static void writeNumber(ByteArrayOutputStream bytes, long number) {
        long rest = number;
        while (rest >= 0x80) {
            bytes.write((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }

    private static long readNumber(ByteBuffer bytes) {
        long number = 0;
        for (int shift = 0; shift < Long.SIZE - 1; shift += 7) {
            byte piece = bytes.get();
            number |= (long) (piece & 0x7F) << shift;
            if (piece >= 0) {
                return number;
            }
        }
        throw malformed();
    }

    static IllegalArgumentException malformed() {
        return new IllegalArgumentException(
                "this is not the id of an event (expected: one that a stream gave out, as it was)");
    }
}
